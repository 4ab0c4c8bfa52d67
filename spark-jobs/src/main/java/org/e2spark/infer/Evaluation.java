package org.e2spark.infer;

import java.util.List;

/**
 * How a model does on a split.
 *
 * @param split that was measured
 * @param confusion of its classes
 * @param mistakes those it was surest of, the surest first
 * @param loss mean cross entropy
 * @param seconds that the evaluation took
 */
public record Evaluation(
    String split, Confusion confusion, List<Mistake> mistakes, double loss, double seconds) {

  /** Copies the list. */
  public Evaluation {
    mistakes = List.copyOf(mistakes);
  }

  /** Number of samples in the split. */
  public long samples() {
    return confusion.samples();
  }

  /** Number of samples whose largest logit was not the label's. */
  public long errors() {
    return confusion.errors();
  }

  /** Fraction of samples classified wrong. */
  public double errorRate() {
    return (double) errors() / samples();
  }
}
