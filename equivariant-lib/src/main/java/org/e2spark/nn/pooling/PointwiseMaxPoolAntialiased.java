package org.e2spark.nn.pooling;

import ai.djl.ndarray.types.Shape;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Pooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.PlainModule;
import org.e2spark.nn.Pointwise;
import org.e2spark.torch.Window;

/**
 * The maximum of every channel over windows at every position, smoothed by a Gaussian filter and
 * then subsampled (<a href="https://arxiv.org/abs/1904.11486">Zhang 2019</a>); for fields that
 * permute their channels.
 *
 * <p>The filter reaches four standard deviations; the image is padded so that it does not shrink by
 * it.
 */
public final class PointwiseMaxPoolAntialiased extends PlainModule {

  private final Window dense;
  private final PlainLayer maximum;
  private final Blur blur;

  private PointwiseMaxPoolAntialiased(Builder builder) {
    super(builder.type, builder.type);
    Pointwise.requireSupport(builder.type, "pointwise", name());
    Window window = builder.window();
    int size = Blur.size(builder.sigma, 4);
    int reach = (size - 1) / 2;
    Shape padding = new Shape(window.padding().get(0) + reach, window.padding().get(1) + reach);
    this.dense =
        new Window(
            window.kernel(),
            new Shape(1, 1),
            window.padding(),
            window.dilation(),
            window.rounding());
    this.maximum = new Pooling(Reduction.MAXIMUM, dense);
    this.blur = new Blur(this, builder.sigma, size, window.stride(), padding);
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  @Override
  protected PlainLayer form(FormArrays arrays) {
    return Sequence.of(maximum, blur.form(arrays));
  }

  @Override
  public Shape outputShape(Shape input) {
    return blur.outputShape(dense.outputShape(input, input.get(1), "pooling window"));
  }

  @Override
  public boolean isCentred(Shape input, int axis) {
    return blur.isCentred(dense.outputShape(input, input.get(1), "pooling window"), axis);
  }

  /** Options. */
  public static final class Builder
      extends PoolingBuilder.OfMaximum<Builder, PointwiseMaxPoolAntialiased> {

    private double sigma = 0.6;

    private Builder(FieldType type) {
      super(type, PointwiseMaxPoolAntialiased::new);
    }

    /** The filter's standard deviation in pixels; 0.6 by default. */
    public Builder sigma(double value) {
      sigma = value;
      return this;
    }
  }
}
