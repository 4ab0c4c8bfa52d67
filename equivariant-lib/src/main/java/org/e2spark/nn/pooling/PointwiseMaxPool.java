package org.e2spark.nn.pooling;

import org.e2spark.interchange.Reduction;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Pointwise;

/**
 * The maximum of every channel over windows; for fields that permute their channels.
 *
 * <p>Strided windows commute with quarter turns only if they meet the image's centre: for odd sizes
 * {@code n}, kernel {@code 2p + 1} and padding {@code p}, or where {@code (n + 2p - k) % stride ==
 * 0}.
 */
public final class PointwiseMaxPool extends WindowPool {

  private PointwiseMaxPool(Builder builder) {
    super(builder, Reduction.MAXIMUM);
    Pointwise.requireSupport(builder.type, "pointwise", name());
  }

  /** Windows of {@code kernelSize} pixels side by side. */
  public static PointwiseMaxPool of(FieldType type, int kernelSize) {
    return builder(type).kernelSize(kernelSize).build();
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  /** Options. */
  public static final class Builder extends PoolingBuilder.OfMaximum<Builder, PointwiseMaxPool> {

    private Builder(FieldType type) {
      super(type, PointwiseMaxPool::new);
    }
  }
}
