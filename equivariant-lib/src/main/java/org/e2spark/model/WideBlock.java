package org.e2spark.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.e2spark.interchange.Branches;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.HasParts;
import org.e2spark.nn.Mode;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.dropout.PointwiseDropout;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.InnerBatchNorm;

/**
 * A residual block with the activations before its two convolutions (<a
 * href="https://arxiv.org/abs/1605.07146">Zagoruyko and Komodakis 2016</a>): {@code
 * conv2(dropout(relu(bn2(conv1(a))))) + shortcut(a)} with {@code a = relu(bn1(x))}, or {@code + x}
 * where nothing changes the shape.
 */
public final class WideBlock extends EquivariantModule implements HasParts {

  private final EquivariantSequential activation;
  private final EquivariantSequential residual;
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
    Map<String, EquivariantModule> before = new LinkedHashMap<>();
    before.put("bn1", new InnerBatchNorm(inType()));
    before.put("relu1", new ReLU(inType()));
    Map<String, EquivariantModule> within = new LinkedHashMap<>();
    within.put("conv1", first);
    within.put("bn2", new InnerBatchNorm(inner));
    within.put("relu2", new ReLU(inner));
    within.put("dropout", new PointwiseDropout(inner, dropout));
    within.put("conv2", second);
    before.forEach(this::addChildBlock);
    within.forEach(this::addChildBlock);
    this.activation = EquivariantSequential.named(before);
    this.residual = EquivariantSequential.named(within);
    this.shortcut = shortcut == null ? null : addChildBlock("shortcut", shortcut);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    NDArray active = apply(activation, store, x, mode);
    NDArray y = apply(residual, store, active, mode);
    NDArray beside = shortcut == null ? x : apply(shortcut, store, active, mode);
    NDArray sum = y.add(beside);
    y.close();
    active.close();
    if (beside != x) {
      beside.close();
    }
    return sum;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    PlainLayer active = activation.plainForm(arrays);
    PlainLayer y = residual.plainForm(arrays);
    return shortcut == null
        ? Branches.sum(Sequence.of(active, y), Sequence.IDENTITY)
        : Sequence.of(active, Branches.sum(y, arrays.plainForm(shortcut)));
  }

  @Override
  public List<Part> parts(Shape input) {
    List<Part> parts = new ArrayList<>(activation.parts(input));
    parts.addAll(residual.parts(input));
    if (shortcut != null) {
      parts.add(new Part("shortcut", shortcut, input));
    }
    return parts;
  }

  @Override
  public Shape outputShape(Shape input) {
    return residual.outputShape(input);
  }
}
