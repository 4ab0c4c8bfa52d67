package org.e2spark.train;

import java.io.Serializable;

/**
 * What becomes of the average that ends a round of local steps: with {@code d} the average less the
 * parameters that the round began with, {@code v = momentum v + d}, and the parameters move by
 * {@code rate v}, or by {@code rate (d + momentum v)} in Nesterov's style (SlowMo, Wang et al.,
 * ICLR 2020, equation 2; DiLoCo, Douillard et al., 2023, algorithm 1).
 *
 * @param style of the momentum
 * @param rate of the move, above 0; 1 without momentum takes the average itself
 * @param momentum in [0, 1)
 */
public record OuterOptimizer(Style style, double rate, double momentum) implements Serializable {

  /** Where the momentum is looked at. */
  public enum Style {
    HEAVY_BALL,
    NESTEROV
  }

  /** The average itself. */
  public static final OuterOptimizer PLAIN = new OuterOptimizer(Style.HEAVY_BALL, 1, 0);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public OuterOptimizer {
    if (!(rate > 0 && momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "Invalid outer optimiser: rate "
              + rate
              + " (above 0), momentum "
              + momentum
              + " (in [0, 1))");
    }
    if (style == null) {
      throw new IllegalArgumentException("The outer optimiser lacks a style");
    }
  }

  boolean isPlain() {
    return rate == 1 && momentum == 0;
  }
}
