package org.e2spark.diffop;

import java.util.Arrays;
import org.e2spark.text.Text;

/**
 * Weights of a derivative at 0 from values at given points: exact for polynomials up to the number
 * of points minus one.
 */
final class FiniteDifferenceWeights {

  private FiniteDifferenceWeights() {}

  /**
   * Fornberg's recursion ("Generation of finite difference formulas on arbitrarily spaced grids",
   * 1988).
   *
   * @throws IllegalArgumentException if there are not more points than the order
   */
  static double[] at(int order, double[] points) {
    if (points.length <= order) {
      throw new IllegalArgumentException(
          Text.format(
              "A derivative of order %d needs at least %d points a side, but the kernel has %d: enlarge it or lower the maximum order",
              order, order + 1, points.length));
    }
    double[][] weights = new double[order + 1][points.length];
    weights[0][0] = 1;
    double previousProduct = 1;
    for (int n = 1; n < points.length; n++) {
      double product = 1;
      double[][] next = new double[order + 1][points.length];
      for (int j = 0; j < n; j++) {
        double distance = points[n] - points[j];
        product *= distance;
        for (int m = 0; m <= order; m++) {
          double lower = m == 0 ? 0 : m * weights[m - 1][j];
          next[m][j] = (points[n] * weights[m][j] - lower) / distance;
        }
      }
      for (int m = 0; m <= order; m++) {
        double lower = m == 0 ? 0 : m * weights[m - 1][n - 1];
        next[m][n] = previousProduct / product * (lower - points[n - 1] * weights[m][n - 1]);
      }
      previousProduct = product;
      weights = next;
    }
    return Arrays.copyOf(weights[order], points.length);
  }
}
