package org.e2spark.nn.pooling;

import ai.djl.ndarray.types.Shape;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.PlainModule;
import org.e2spark.nn.Size2d;

/**
 * Every channel smoothed by a Gaussian filter that reaches three standard deviations, then
 * subsampled (<a href="https://arxiv.org/abs/1904.11486">Zhang 2019</a>); for any fields.
 */
public final class PointwiseAvgPoolAntialiased extends PlainModule {

  private final Blur blur;

  /**
   * Padded so that the image keeps its size at stride 1.
   *
   * @param sigma the filter's standard deviation in pixels, positive
   * @param stride steps between outputs, at least 1
   */
  public PointwiseAvgPoolAntialiased(FieldType type, double sigma, int stride) {
    this(type, sigma, Size2d.of(stride), Size2d.of((filterSize(sigma) - 1) / 2));
  }

  /**
   * Padded as asked for.
   *
   * @param sigma the filter's standard deviation in pixels, positive
   * @param stride steps between outputs, at least 1
   * @param padding zeros added on each side
   */
  public PointwiseAvgPoolAntialiased(FieldType type, double sigma, Size2d stride, Size2d padding) {
    super(type, type);
    this.blur =
        new Blur(
            this,
            sigma,
            filterSize(sigma),
            stride.atLeast(1, "stride").asShape(),
            padding.atLeast(0, "padding").asShape());
  }

  /** The pixels along one side of the filter. */
  public static int filterSize(double sigma) {
    return Blur.size(sigma, 3);
  }

  @Override
  protected PlainLayer form(FormArrays arrays) {
    return blur.form(arrays);
  }

  @Override
  public Shape outputShape(Shape input) {
    return blur.outputShape(input);
  }

  @Override
  public boolean isCentred(Shape input, int axis) {
    return blur.isCentred(input, axis);
  }
}
