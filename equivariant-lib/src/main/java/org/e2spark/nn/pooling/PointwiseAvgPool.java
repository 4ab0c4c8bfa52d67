package org.e2spark.nn.pooling;

import org.e2spark.interchange.Reduction;
import org.e2spark.nn.FieldType;

/** The average of every channel over windows, zeros of the padding counted; for any fields. */
public final class PointwiseAvgPool extends WindowPool {

  private PointwiseAvgPool(Builder builder) {
    super(builder, Reduction.MEAN);
  }

  /** Windows of {@code kernelSize} pixels side by side. */
  public static PointwiseAvgPool of(FieldType type, int kernelSize) {
    return builder(type).kernelSize(kernelSize).build();
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  /** Options. */
  public static final class Builder extends PoolingBuilder<Builder, PointwiseAvgPool> {

    private Builder(FieldType type) {
      super(type, PointwiseAvgPool::new);
    }
  }
}
