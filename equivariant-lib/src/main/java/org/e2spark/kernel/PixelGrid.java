package org.e2spark.kernel;

import java.util.Arrays;
import org.e2spark.text.Text;

/**
 * Points of the plane where bases are sampled; for layers the centres of the pixels of a square
 * kernel.
 *
 * <p>x points to the right and y upwards, the origin is the centre of the kernel, and pixels go row
 * by row from the top left.
 */
public final class PixelGrid {

  private final double[] x;
  private final double[] y;

  private PixelGrid(double[] x, double[] y) {
    this.x = x;
    this.y = y;
  }

  /** The pixels of a size x size kernel, {@code dilation} apart. */
  public static PixelGrid square(int size, int dilation) {
    double origin = (dilation * (size - 1) + 1) / 2.0 - 0.5;
    double[] x = new double[size * size];
    double[] y = new double[size * size];
    for (int i = 0; i < x.length; i++) {
      x[i] = dilation * (i % size) - origin;
      y[i] = origin - dilation * (i / size);
    }
    return new PixelGrid(x, y);
  }

  /**
   * Any points; throws IllegalArgumentException if there are not as many ordinates as abscissae.
   */
  public static PixelGrid of(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          Text.format("Invalid points: %d abscissae, %d ordinates", x.length, y.length));
    }
    return new PixelGrid(x.clone(), y.clone());
  }

  /** Number of points. */
  public int points() {
    return x.length;
  }

  /** Abscissa of a point. */
  public double x(int point) {
    return x[point];
  }

  /** Ordinate of a point. */
  public double y(int point) {
    return y[point];
  }

  /** Distance of a point from the origin. */
  public double radius(int point) {
    return Math.sqrt(x[point] * x[point] + y[point] * y[point]);
  }

  /** The abscissae that occur, ascending; of a square grid, one per column. */
  public double[] axis() {
    return Arrays.stream(x).distinct().sorted().toArray();
  }
}
