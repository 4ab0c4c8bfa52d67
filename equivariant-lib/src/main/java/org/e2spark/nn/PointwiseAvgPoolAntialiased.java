package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;

/**
 * Every channel smoothed by a Gaussian filter that reaches three standard deviations, then
 * subsampled (<a href="https://arxiv.org/abs/1904.11486">Zhang 2019</a>); for any fields.
 */
public final class PointwiseAvgPoolAntialiased extends EquivariantModule {

  private final double sigma;
  private final Size2d stride;
  private final Size2d padding;
  private final int filterSize;
  private final Constant filter;

  /**
   * Padded so that the image keeps its size at stride 1.
   *
   * @param sigma the filter's standard deviation in pixels, positive
   * @param stride steps between outputs, at least 1
   */
  public PointwiseAvgPoolAntialiased(FieldType type, double sigma, int stride) {
    this(type, sigma, Size2d.of(stride), Size2d.of((Blur.size(sigma, 3) - 1) / 2));
  }

  /**
   * @param padding zeros added on each side
   */
  public PointwiseAvgPoolAntialiased(FieldType type, double sigma, Size2d stride, Size2d padding) {
    super(type, type);
    this.sigma = sigma;
    this.stride = stride.atLeast(1, "stride");
    this.padding = padding.atLeast(0, "padding");
    this.filterSize = Blur.size(sigma, 3);
    this.filter =
        constant(
            Blur.depthwise(type.size(), filterSize, sigma),
            Blur.depthwiseShape(type.size(), filterSize));
  }

  /** The pixels along one side of the filter. */
  public static int filterSize(double sigma) {
    return Blur.size(sigma, 3);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return Conv2d.conv2d(
            x,
            filter.at(x),
            null,
            new Shape(stride.height(), stride.width()),
            new Shape(padding.height(), padding.width()),
            new Shape(1, 1),
            inType().size())
        .singletonOrThrow();
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return Blur.plainForm(arrays, inType().size(), filterSize, sigma, stride, padding);
  }

  @Override
  public Shape outputShape(Shape input) {
    return new Shape(
        input.get(0),
        input.get(1),
        (input.get(2) + 2L * padding.height() - filterSize) / stride.height() + 1,
        (input.get(3) + 2L * padding.width() - filterSize) / stride.width() + 1);
  }
}
