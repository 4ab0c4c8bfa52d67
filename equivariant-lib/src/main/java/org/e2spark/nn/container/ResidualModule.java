package org.e2spark.nn.container;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.HasParts;
import org.e2spark.nn.Mode;

/**
 * A residual block: {@code layers(a) + shortcut(a)} with {@code a = before(x)}; without a shortcut
 * {@code layers(a) + x} (<a href="https://arxiv.org/abs/1603.05027">He et al. 2016</a>).
 *
 * <p>Parameters have the names that they have in {@code before} and in {@code layers}, and those of
 * the shortcut {@code shortcut.…}.
 */
public final class ResidualModule extends EquivariantModule implements HasParts {

  private final EquivariantSequential before;
  private final EquivariantSequential layers;
  private final EquivariantModule shortcut;

  private ResidualModule(
      EquivariantSequential before, EquivariantSequential layers, EquivariantModule shortcut) {
    super((before == null ? layers : before).inType(), layers.outType());
    this.before = before;
    this.layers = layers;
    this.shortcut = shortcut;
    if (before != null) {
      before.named().forEach(this::addChildBlock);
    }
    layers.named().forEach(this::addChildBlock);
    if (shortcut != null) {
      addChildBlock("shortcut", shortcut);
    }
  }

  /**
   * A block.
   *
   * @param before what comes before both ways
   * @param layers the long way
   * @param shortcut the short way; without, the block's own input is added
   * @throws FieldTypeException if the two ways take or give different fields
   */
  public static ResidualModule of(
      Optional<EquivariantSequential> before,
      EquivariantSequential layers,
      Optional<EquivariantModule> shortcut) {
    before.ifPresent(
        first -> FieldTypeException.check("The residual", layers.inType(), first.outType()));
    if (shortcut.isPresent()) {
      FieldTypeException.check("The shortcut", shortcut.get().inType(), layers.inType());
      FieldTypeException.check("The sum", shortcut.get().outType(), layers.outType());
    } else {
      FieldTypeException.check(
          "The sum without a shortcut", before.orElse(layers).inType(), layers.outType());
    }
    return new ResidualModule(before.orElse(null), layers, shortcut.orElse(null));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... inputShapes) {
    Shape inside = inputShapes[0];
    if (before != null) {
      initializeInside(before, manager, type, inside);
      inside = before.outputShape(inside);
    }
    initializeInside(layers, manager, type, inside);
    if (shortcut != null) {
      initializeInside(shortcut, manager, type, inside);
    }
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    NDArray active = before == null ? x : apply(before, store, x, mode);
    NDArray y = apply(layers, store, active, mode);
    NDArray beside = shortcut == null ? x : apply(shortcut, store, active, mode);
    NDArray sum = y.add(beside);
    if (y != active && y != x) {
      y.close();
    }
    if (beside != x && beside != active) {
      beside.close();
    }
    if (active != x) {
      active.close();
    }
    return sum;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    PlainLayer first = before == null ? Sequence.IDENTITY : before.plainForm(arrays);
    PlainLayer y = layers.plainForm(arrays);
    return shortcut == null
        ? Branches.sum(Sequence.of(first, y), Sequence.IDENTITY)
        : Sequence.of(first, Branches.sum(y, arrays.plainForm(shortcut)));
  }

  @Override
  public List<Part> parts(Shape input) {
    List<Part> parts = new ArrayList<>();
    Shape inside = input;
    if (before != null) {
      parts.addAll(before.parts(input));
      inside = before.outputShape(input);
    }
    parts.addAll(layers.parts(inside));
    if (shortcut != null) {
      parts.add(new Part("shortcut", shortcut, inside));
    }
    return parts;
  }

  @Override
  public Shape outputShape(Shape input) {
    return layers.outputShape(before == null ? input : before.outputShape(input));
  }
}
