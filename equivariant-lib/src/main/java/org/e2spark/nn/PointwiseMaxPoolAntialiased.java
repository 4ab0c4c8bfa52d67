package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Pooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.interchange.Sequence;

/**
 * The maximum of every channel over windows at every position, smoothed by a Gaussian filter and
 * then subsampled (<a href="https://arxiv.org/abs/1904.11486">Zhang 2019</a>); for fields that
 * permute their channels.
 *
 * <p>The filter reaches four standard deviations; the image is padded so that it does not shrink by
 * it.
 */
public final class PointwiseMaxPoolAntialiased extends Pointwise {

  private final PoolingWindow dense;
  private final double sigma;
  private final Size2d stride;
  private final Size2d padding;
  private final int filterSize;
  private final Constant filter;

  private PointwiseMaxPoolAntialiased(Builder builder) {
    super(builder.type);
    PoolingWindow window = builder.window();
    this.dense =
        new PoolingWindow(
            window.kernel(), Size2d.of(1), window.padding(), window.dilation(), window.rounding());
    this.sigma = builder.sigma;
    this.stride = window.stride();
    this.filterSize = Blur.size(builder.sigma, 4);
    this.padding = window.padding().plus(Size2d.of((filterSize - 1) / 2));
    int channels = builder.type.size();
    this.filter =
        constant(
            Blur.depthwise(channels, filterSize, builder.sigma),
            Blur.depthwiseShape(channels, filterSize));
  }

  /** All options. */
  public static Builder builder(FieldType type) {
    return new Builder(type);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    NDArray maxima = PointwiseMaxPool.maxPool(x, dense);
    NDArray y =
        Conv2d.conv2d(
                maxima,
                filter.at(x),
                null,
                new Shape(stride.height(), stride.width()),
                new Shape(padding.height(), padding.width()),
                new Shape(1, 1),
                inType().size())
            .singletonOrThrow();
    maxima.close();
    return y;
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return Sequence.of(
        new Pooling(Reduction.MAXIMUM, dense.asWindow()),
        Blur.plainForm(arrays, inType().size(), filterSize, sigma, stride, padding));
  }

  @Override
  public Shape outputShape(Shape input) {
    Shape maxima = dense.outputShape(input);
    return new Shape(
        input.get(0),
        input.get(1),
        (maxima.get(2) + 2L * padding.height() - filterSize) / stride.height() + 1,
        (maxima.get(3) + 2L * padding.width() - filterSize) / stride.width() + 1);
  }

  /** Options. */
  public static final class Builder extends PoolingWindow.Builder<Builder> {

    private double sigma = 0.6;

    private Builder(FieldType type) {
      super(type);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The filter's standard deviation in pixels; 0.6 by default. */
    public Builder sigma(double value) {
      sigma = value;
      return this;
    }

    /** The layer. */
    public PointwiseMaxPoolAntialiased build() {
      return new PointwiseMaxPoolAntialiased(this);
    }
  }
}
