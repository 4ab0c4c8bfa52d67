package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.LongestVectorPooling;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.torch.Window;

/**
 * Of every field, the vector of the greatest length in each window; for fields whose
 * representations keep lengths.
 *
 * <p>Input and output: (batch, channels, height, width).
 */
public final class NormMaxPool extends EquivariantModule {

  private final Window window;
  private final FieldGroups<Integer> groups;

  private NormMaxPool(Builder builder) {
    super(builder.type, builder.type);
    this.window = builder.window();
    inType().representations().forEach(r -> FieldTypeException.checkOrthonormal(r, name()));
    this.groups = FieldGroups.bySize(this, inType());
  }

  /** Windows of {@code kernelSize} pixels side by side. */
  public static NormMaxPool of(FieldType type, int kernelSize) {
    return builder(type).kernelSize(kernelSize).build();
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  private PlainLayer longest(FieldGroups.Group<Integer> group) {
    return new LongestVectorPooling(group.fields(), group.fieldSize(), window);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return groups.apply(x, FieldGroups.Output.CHANNELS, this::longest);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return groups.plainForm(arrays, FieldGroups.Output.CHANNELS, this::longest);
  }

  @Override
  public Shape outputShape(Shape input) {
    return window.outputShape(input, input.get(1), "pooling window");
  }

  @Override
  public boolean isCentred(Shape input, int axis) {
    return window.isCentred(input, axis);
  }

  /** Options. */
  public static final class Builder extends PoolingBuilder.OfMaximum<Builder, NormMaxPool> {

    private Builder(FieldType type) {
      super(type, NormMaxPool::new);
    }
  }
}
