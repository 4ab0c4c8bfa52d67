package org.e2spark.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.events.ValidationMetrics;

/**
 * What validation has found so far.
 *
 * @param measured in the current epoch
 * @param improvements how often there was a new best
 * @param stale measurements since the last of them
 * @param best the metric's best value; without meaning before there is one
 * @param bestSamples that the training had seen when the best was measured
 */
public record ValidationState(
    List<ValidationMetrics> measured, int improvements, int stale, double best, long bestSamples)
    implements Serializable {

  public static final ValidationState NONE = new ValidationState(List.of(), 0, 0, 0, 0);

  /** Copies the list. */
  public ValidationState {
    measured = List.copyOf(measured);
  }

  /** With one more measurement. */
  public ValidationState plus(ValidationMetrics next, Validation options) {
    List<ValidationMetrics> all = new ArrayList<>(measured);
    all.add(next);
    double value = options.metric().of(next);
    boolean isBetter =
        improvements == 0
            ? Double.isFinite(value)
            : options.metric().isBetter(value, best, options.minDelta());
    return isBetter
        ? new ValidationState(all, improvements + 1, 0, value, next.samples())
        : new ValidationState(all, improvements, stale + 1, best, bestSamples);
  }

  ValidationState inNextEpoch() {
    return new ValidationState(List.of(), improvements, stale, best, bestSamples);
  }

  /** Whether the newest measurement is the best. */
  public boolean improved() {
    return improvements > 0 && stale == 0;
  }
}
