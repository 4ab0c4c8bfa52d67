package org.e2spark.nn.pooling;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.e2spark.interchange.Convolution;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.Constant;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FormArrays;
import org.e2spark.torch.Window;

/**
 * The Gaussian filter with which antialiased pooling smooths every channel before it subsamples
 * (Zhang 2019).
 */
final class Blur {

  private final int channels;
  private final Window window;
  private final Constant filter;

  /**
   * @param owner the module that keeps the filter
   * @param sigma the filter's standard deviation in pixels, positive
   * @param size pixels along one side of the filter, an odd number
   */
  Blur(EquivariantModule owner, double sigma, int size, Shape stride, Shape padding) {
    this.channels = owner.inType().size();
    this.window = Window.of(new Shape(size, size), stride, padding);
    double[] one = weights(size, sigma);
    double[] all =
        IntStream.range(0, channels)
            .boxed()
            .flatMapToDouble(channel -> Arrays.stream(one))
            .toArray();
    this.filter = owner.constant(all, new Shape(channels, 1, size, size));
  }

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
    int centre = size / 2;
    double[] weights = new double[size * size];
    for (int row = 0; row < size; row++) {
      for (int column = 0; column < size; column++) {
        double squared = Math.pow(row - centre, 2) + Math.pow(column - centre, 2);
        weights[row * size + column] = Math.exp(-squared / (2 * sigma * sigma));
      }
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }

  PlainLayer form(FormArrays arrays) {
    return new Convolution(
        arrays.of(filter),
        null,
        Convolution.Geometry.forward(window.stride(), window.padding(), new Shape(1, 1), channels));
  }

  /** Whether the filter's places along an axis, 2 or 3, are symmetric about the image's centre. */
  boolean isCentred(Shape input, int axis) {
    return window.isCentred(input, axis);
  }

  Shape outputShape(Shape input) {
    return window.outputShape(input, channels, "filter");
  }
}
