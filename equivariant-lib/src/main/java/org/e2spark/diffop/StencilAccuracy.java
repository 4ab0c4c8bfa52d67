package org.e2spark.diffop;

import org.e2spark.text.Text;

/**
 * How many points a finite-difference stencil needs for a derivative order and an accuracy.
 *
 * <p>An accuracy of a means an error that shrinks with the a-th power of the pixel size. Points
 * that lie symmetrically about 0 gain one order when their number minus the order of the derivative
 * is odd (Sadiq and Viswanath, "Finite difference weights, spectral differentiation, and
 * superconvergence", 2011, corollary 7).
 */
public final class StencilAccuracy {

  private StencilAccuracy() {}

  /** The number of symmetric points for a derivative of {@code order} at {@code accuracy}. */
  public static int requiredPoints(int order, int accuracy) {
    check(order, 0, "order");
    check(accuracy, 1, "accuracy");
    int points = order + accuracy;
    return accuracy % 2 == 0 ? points - 1 : points;
  }

  /** The highest derivative that {@code points} symmetric points give at {@code accuracy}. */
  public static int largestPossibleOrder(int points, int accuracy) {
    check(accuracy, 1, "accuracy");
    int order = points - accuracy;
    if (order < 0) {
      throw new IllegalArgumentException(
          Text.format("Accuracy %d needs at least %d points, not %d", accuracy, accuracy, points));
    }
    return accuracy % 2 == 0 ? order + 1 : order;
  }

  /** The accuracy of a derivative of {@code order} on {@code points} symmetric points. */
  public static int guaranteedAccuracy(int points, int order) {
    check(order, 0, "order");
    int accuracy = points - order;
    if (accuracy < 0) {
      throw new IllegalArgumentException(
          Text.format(
              "A derivative of order %d needs at least %d points, not %d",
              order, order + 1, points));
    }
    return accuracy % 2 == 1 ? accuracy + 1 : accuracy;
  }

  private static void check(int value, int least, String what) {
    if (value < least) {
      throw new IllegalArgumentException(
          "Invalid " + what + ": " + value + " (must be at least " + least + ")");
    }
  }
}
