package org.e2spark.nn.pooling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Pooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;

/**
 * The maximum of every channel over windows; for fields that permute their channels.
 *
 * <p>Strided windows commute with quarter turns only if they meet the image's centre: for odd sizes
 * {@code n}, kernel {@code 2p + 1} and padding {@code p}, or where {@code (n + 2p - k) % stride ==
 * 0}.
 */
public final class PointwiseMaxPool extends Pointwise {

  private final PoolingWindow window;
  private final PlainLayer pooling;

  private PointwiseMaxPool(Builder builder) {
    super(builder.type);
    this.window = builder.window();
    this.pooling = new Pooling(Reduction.MAXIMUM, window.asWindow());
  }

  /** Windows of {@code kernelSize} pixels side by side. */
  public static PointwiseMaxPool of(FieldType type, int kernelSize) {
    return builder(type).kernelSize(kernelSize).build();
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return pooling.apply(x);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return pooling;
  }

  @Override
  public Shape outputShape(Shape input) {
    return window.outputShape(input);
  }

  @Override
  public boolean isCentred(Shape input, int axis) {
    return window.isCentred(input, axis);
  }

  /** Options. */
  public static final class Builder extends PoolingWindow.OfMaximum<Builder> {

    private Builder(FieldType type) {
      super(type);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The layer. */
    public PointwiseMaxPool build() {
      return new PointwiseMaxPool(this);
    }
  }
}
