package org.e2spark.infer;

/**
 * How a model does on a split.
 *
 * @param samples in the split
 * @param errors samples whose largest logit was not the label's
 * @param loss mean cross entropy
 * @param seconds that the evaluation took
 */
public record Evaluation(long samples, long errors, double loss, double seconds) {

  /** Fraction of samples classified wrong. */
  public double errorRate() {
    return (double) errors / samples;
  }
}
