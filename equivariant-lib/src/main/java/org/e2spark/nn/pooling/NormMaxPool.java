package org.e2spark.nn.pooling;

import ai.djl.ndarray.types.Shape;
import org.e2spark.interchange.LongestVectorPooling;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldGroups;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.PlainModule;
import org.e2spark.torch.Window;

/**
 * Of every field, the vector of the greatest length in each window; for fields whose
 * representations keep lengths.
 *
 * <p>Input and output: (batch, channels, height, width).
 */
public final class NormMaxPool extends PlainModule {

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
  protected PlainLayer form(FormArrays arrays) {
    return groups.form(arrays, FieldGroups.Output.CHANNELS, this::longest);
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
