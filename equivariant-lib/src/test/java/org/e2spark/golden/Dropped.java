package org.e2spark.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;

/**
 * What can be said of layers that act by chance: each entry is left out, or scaled so that the mean
 * stays, and the gradient follows suit. Which entries the reference left out cannot be repeated.
 */
final class Dropped {

  private Dropped() {}

  static void check(GoldenCase c, double rate, NDArray x, NDArray y) {
    double[] inputs = c.arrays().get("x").values();
    double scale = rate == 1 ? 0 : 1 / (1 - rate);
    float[] actual = y.toFloatArray();
    double[] expected = c.arrays().get("y_train").values();
    assertThat(actual).as(c.label()).hasSize(expected.length);
    float[] gradient = x.getGradient().toFloatArray();
    double[] upstream = c.arrays().get("upstream").values();
    c.arrays().skip("grad_x");
    for (int i = 0; i < inputs.length; i++) {
      requireDroppedOrScaled(c.label() + " reference", expected[i], inputs[i], scale);
      requireDroppedOrScaled(c.label(), actual[i], inputs[i], scale);
      double slope = actual[i] == 0 ? 0 : scale;
      if (inputs[i] != 0) {
        assertThat((double) gradient[i])
            .as("%s gradient at %d", c.label(), i)
            .isCloseTo(slope * upstream[i], within(upstream[i] * scale));
      }
    }
  }

  private static void requireDroppedOrScaled(String label, double y, double x, double scale) {
    if (y != 0 || scale == 1) {
      assertThat(y).as(label).isCloseTo(x * scale, within(x * scale));
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double size) {
    return org.assertj.core.data.Offset.offset(Goldens.OUTPUT * Math.max(Math.abs(size), 1e-6));
  }
}
