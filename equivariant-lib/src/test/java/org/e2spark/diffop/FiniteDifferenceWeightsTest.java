package org.e2spark.diffop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

/** One-dimensional finite differences, and how many points they need. */
class FiniteDifferenceWeightsTest {

  @Property(tries = 100)
  void stencilsHaveTheParityOfTheDerivative(
      @ForAll @IntRange(min = 0, max = 6) int order,
      @ForAll @IntRange(min = 7, max = 11) int points) {
    double[] weights = FiniteDifferenceWeights.at(order, symmetric(points));
    int sign = order % 2 == 0 ? 1 : -1;
    for (int i = 0; i < points; i++) {
      assertThat(weights[i]).isCloseTo(sign * weights[points - 1 - i], Offset.offset(1e-9));
    }
  }

  @Property(tries = 100)
  void stencilsAreExactOnPolynomials(
      @ForAll @IntRange(min = 0, max = 6) int order,
      @ForAll @IntRange(min = 7, max = 9) int points) {
    double[] axis = symmetric(points);
    double[] weights = FiniteDifferenceWeights.at(order, axis);
    for (int degree = 0; degree < points; degree++) {
      double value = 0;
      for (int i = 0; i < points; i++) {
        value += weights[i] * Math.pow(axis[i], degree);
      }
      double expected = degree == order ? factorial(order) : 0;
      assertThat(value)
          .isCloseTo(expected, Offset.offset(1e-8 * Math.max(1, Math.pow(points / 2.0, degree))));
    }
  }

  @Example
  void familiarStencils() {
    assertThat(FiniteDifferenceWeights.at(1, symmetric(3))).containsExactly(-0.5, 0, 0.5);
    assertThat(FiniteDifferenceWeights.at(2, symmetric(3))).containsExactly(1, -2, 1);
  }

  /** Halving the pixel size divides the error by two to the power of the accuracy. */
  @Example
  void errorsShrinkAsTheAccuracySays() {
    for (int order = 0; order <= 3; order++) {
      for (int points = order + 2; points <= 6; points++) {
        int accuracy = StencilAccuracy.guaranteedAccuracy(points, order);
        double coarse = error(order, points, 0.1);
        double fine = error(order, points, 0.05);
        boolean exact = coarse < 1e-12;
        assertThat(exact || Math.abs(Math.log(coarse / fine) / Math.log(2) - accuracy) < 0.1)
            .as("order %d on %d points: %g and %g", order, points, coarse, fine)
            .isTrue();
      }
    }
  }

  private static double error(int order, int points, double pixel) {
    double[] axis = symmetric(points);
    double[] weights = FiniteDifferenceWeights.at(order, axis);
    double value = 0;
    for (int i = 0; i < points; i++) {
      value += weights[i] * Math.exp(axis[i] * pixel);
    }
    return Math.abs(value / Math.pow(pixel, order) - 1);
  }

  @Example
  void accuracyOrderAndPoints() {
    assertThat(StencilAccuracy.requiredPoints(2, 2)).isEqualTo(3);
    assertThat(StencilAccuracy.requiredPoints(3, 2)).isEqualTo(4);
    assertThat(StencilAccuracy.requiredPoints(2, 3)).isEqualTo(5);
    assertThat(StencilAccuracy.largestPossibleOrder(5, 2)).isEqualTo(4);
    assertThat(StencilAccuracy.guaranteedAccuracy(5, 2)).isEqualTo(4);
    for (int order = 0; order < 8; order++) {
      for (int accuracy = 1; accuracy < 8; accuracy++) {
        int points = StencilAccuracy.requiredPoints(order, accuracy);
        if (points > order) {
          assertThat(StencilAccuracy.guaranteedAccuracy(points, order))
              .isGreaterThanOrEqualTo(accuracy);
        }
        if (points >= accuracy) {
          assertThat(StencilAccuracy.largestPossibleOrder(points, accuracy))
              .isGreaterThanOrEqualTo(order);
        }
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StencilAccuracy.largestPossibleOrder(1, 2))
        .withMessageContaining("at least 2 points");
  }

  private static double[] symmetric(int points) {
    double[] axis = new double[points];
    for (int i = 0; i < points; i++) {
      axis[i] = i - (points - 1) / 2.0;
    }
    return axis;
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }
}
