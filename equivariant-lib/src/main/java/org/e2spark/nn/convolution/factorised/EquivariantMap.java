package org.e2spark.nn.convolution.factorised;

import java.util.Arrays;
import org.e2spark.group.Irrep;

/**
 * An equivariant kernel {@code u} between two irreps, of unit norm, which every copy of the pair
 * shares.
 *
 * @param in the input irrep
 * @param out the output irrep
 * @param points number of pixels
 * @param samples (out size, in size, points), row-major
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record EquivariantMap(Irrep in, Irrep out, int points, double[] samples) {

  /** What is left of a kernel after a multiple of a known one is called none, relative. */
  private static final double SAME = 1e-10;

  /** The kernel as a multiple of a known one: {@code scale · J^turns · u}. */
  record Multiple(int turns, double scale) {}

  /** A kernel, scaled to norm 1. */
  static EquivariantMap of(Irrep in, Irrep out, int points, double[] samples) {
    double norm = norm(samples);
    double[] unit = samples.clone();
    for (int i = 0; i < unit.length; i++) {
      unit[i] /= norm;
    }
    return new EquivariantMap(in, out, points, unit);
  }

  static double norm(double[] samples) {
    return Math.sqrt(dot(samples, samples));
  }

  /**
   * How a kernel between the same irreps is a multiple of this one, or of this one followed by the
   * quarter turn {@code J = [[0, -1], [1, 0]]} of a two-dimensional output irrep; null if it is
   * neither.
   */
  Multiple multipleOf(double[] kernel) {
    double straight = dot(samples, kernel);
    if (is(kernel, samples, straight)) {
      return new Multiple(0, straight);
    }
    if (out.size() == 1) {
      return null;
    }
    double[] turned = turned();
    double scale = dot(turned, kernel);
    return is(kernel, turned, scale) ? new Multiple(1, scale) : null;
  }

  private static boolean is(double[] kernel, double[] unit, double scale) {
    double[] left = kernel.clone();
    for (int i = 0; i < left.length; i++) {
      left[i] -= scale * unit[i];
    }
    return norm(left) < SAME * norm(kernel);
  }

  /** The map followed by {@code J}. */
  double[] turned() {
    int row = in.size() * points;
    double[] turned = new double[samples.length];
    for (int i = 0; i < row; i++) {
      turned[i] = -samples[row + i];
      turned[row + i] = samples[i];
    }
    return turned;
  }

  /** One entry of the matrix, at every point. */
  double[] entry(int row, int column) {
    int from = (row * in.size() + column) * points;
    return Arrays.copyOfRange(samples, from, from + points);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
