package org.e2spark.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.InnerBatchNorm;
import org.e2spark.nn.Mode;
import org.e2spark.nn.PointwiseDropout;
import org.e2spark.nn.ReLU;

/**
 * A residual block with the activations before its two convolutions (<a
 * href="https://arxiv.org/abs/1605.07146">Zagoruyko and Komodakis 2016</a>): {@code
 * conv2(dropout(relu(bn2(conv1(a))))) + shortcut(a)} with {@code a = relu(bn1(x))}, or {@code + x}
 * where nothing changes the shape.
 */
public final class WideBlock extends EquivariantModule {

  private final List<EquivariantModule> activation = new ArrayList<>();
  private final List<EquivariantModule> residual = new ArrayList<>();
  private final EquivariantModule shortcut;

  /**
   * @param first the first convolution
   * @param dropout the share of inner channels that is dropped
   * @param second makes the second convolution, which may have a stride, for the inner fields
   * @param shortcut as the residual in shape, or null for the identity
   */
  public WideBlock(
      EquivariantModule first,
      double dropout,
      Function<FieldType, EquivariantModule> second,
      EquivariantModule shortcut) {
    this(first, dropout, second.apply(first.outType()), shortcut);
  }

  private WideBlock(
      EquivariantModule first,
      double dropout,
      EquivariantModule second,
      EquivariantModule shortcut) {
    super(first.inType(), second.outType());
    FieldType inner = first.outType();
    activation.add(addChildBlock("bn1", new InnerBatchNorm(inType())));
    activation.add(addChildBlock("relu1", new ReLU(inType())));
    residual.add(addChildBlock("conv1", first));
    residual.add(addChildBlock("bn2", new InnerBatchNorm(inner)));
    residual.add(addChildBlock("relu2", new ReLU(inner)));
    residual.add(addChildBlock("dropout", new PointwiseDropout(inner, dropout)));
    residual.add(addChildBlock("conv2", second));
    this.shortcut = shortcut == null ? null : addChildBlock("shortcut", shortcut);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    NDArray active = chain(activation, store, x, mode);
    NDArray y = chain(residual, store, active, mode);
    NDArray beside = shortcut == null ? x : compute(shortcut, store, active, mode);
    NDArray sum = y.add(beside);
    y.close();
    active.close();
    if (beside != x) {
      beside.close();
    }
    return sum;
  }

  private static NDArray chain(
      List<EquivariantModule> modules, ParameterStore store, NDArray x, Mode mode) {
    NDArray current = x;
    for (EquivariantModule module : modules) {
      NDArray next = compute(module, store, current, mode);
      if (current != x && next != current) {
        current.close();
      }
      current = next;
    }
    return current;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    PlainLayer active = plain(activation, arrays);
    PlainLayer y = plain(residual, arrays);
    return shortcut == null
        ? Branches.sum(Sequence.of(active, y), Sequence.IDENTITY)
        : Sequence.of(active, Branches.sum(y, arrays.plainForm(shortcut)));
  }

  private static PlainLayer plain(List<EquivariantModule> modules, PlainArrays arrays) {
    return new Sequence(modules.stream().map(m -> arrays.plainForm(m)).toList());
  }

  @Override
  public Shape outputShape(Shape input) {
    Shape shape = input;
    for (EquivariantModule module : residual) {
      shape = module.outputShape(shape);
    }
    return shape;
  }
}
