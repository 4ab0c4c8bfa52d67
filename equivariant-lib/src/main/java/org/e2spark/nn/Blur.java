package org.e2spark.nn;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.e2spark.interchange.Convolution;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;

/** The Gaussian filter with which antialiased pooling smooths before it subsamples (Zhang 2019). */
final class Blur {

  private Blur() {}

  /**
   * Pixels along one side of a filter that reaches {@code deviations} standard deviations, an odd
   * number.
   */
  static int size(double sigma, int deviations) {
    if (!(sigma > 0)) {
      throw new IllegalArgumentException("Invalid sigma: " + sigma + " (must be positive)");
    }
    return 2 * (int) Math.rint(deviations * sigma) + 1;
  }

  /** Weights that sum to one, row-major. */
  static double[] weights(int size, double sigma) {
    double centre = (size - 1) / 2.0;
    double[] weights = new double[size * size];
    for (int i = 0; i < weights.length; i++) {
      double y = i / size - centre;
      double x = i % size - centre;
      weights[i] = Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }

  /** The same filter for each of several channels: (channels, 1, size, size). */
  static double[] depthwise(int channels, int size, double sigma) {
    double[] one = weights(size, sigma);
    return IntStream.range(0, channels).boxed().flatMapToDouble(c -> Arrays.stream(one)).toArray();
  }

  /** The filter of {@link #depthwise} as a plain layer. */
  static PlainLayer plainForm(
      PlainArrays arrays, int channels, int size, double sigma, Size2d stride, Size2d padding) {
    return new Convolution(
        arrays.of(depthwise(channels, size, sigma), depthwiseShape(channels, size)),
        null,
        Convolution.Geometry.forward(
            stride.asShape(), padding.asShape(), new Shape(1, 1), channels));
  }

  static Shape depthwiseShape(int channels, int size) {
    return new Shape(channels, 1, size, size);
  }
}
