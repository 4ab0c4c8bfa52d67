package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;
import java.util.List;
import org.e2spark.events.EpochMetrics;

/**
 * How many steps workers make alone, each on its part of the global batches, before their
 * parameters, running statistics and optimiser states are averaged, weighted by samples (local SGD,
 * Stich, ICLR 2019).
 *
 * @param period samples over all workers between two averages, in whole batches; {@link Span#NONE}
 *     to sum gradients at every step instead
 * @param adaptation how the period changes
 * @param warmUp at the beginning of the training, during which the period is one batch (post-local
 *     SGD, Lin et al., ICLR 2020)
 * @param outer what becomes of each average
 */
public record LocalSteps(Span period, Adaptation adaptation, Span warmUp, OuterOptimizer outer)
    implements Serializable {

  /** Gradients are summed at every step. */
  public static final LocalSteps NONE =
      new LocalSteps(Span.NONE, Adaptation.FIXED, Span.NONE, OuterOptimizer.PLAIN);

  /** How the period changes. */
  public enum Adaptation {
    /** Not at all. */
    FIXED,
    /**
     * With the square root of the last epoch's loss over the first one's (AdaComm, Wang and Joshi,
     * MLSys 2019, equation 17), so that workers agree more often the nearer they are to the end.
     */
    ADACOMM
  }

  /**
   * Checks that all is there.
   *
   * @throws IllegalArgumentException naming what is missing, or an outer optimiser or a warm-up
   *     that would never come to be used
   */
  public LocalSteps {
    if (period == null || adaptation == null || warmUp == null || outer == null) {
      throw new IllegalArgumentException(
          "The local steps lack period, adaptation, warmUp or outer");
    }
    boolean plain = adaptation == Adaptation.FIXED && warmUp.amount() == 0 && outer.isPlain();
    if (period.amount() == 0 && !plain) {
      throw new IllegalArgumentException(
          "An outer optimiser, a warm-up or an adapting period need a period above 0 (such as"
              + " 1024samples)");
    }
  }

  /** Averages after so much, in whole batches. */
  public static LocalSteps every(Span period) {
    return new LocalSteps(period, Adaptation.FIXED, Span.NONE, OuterOptimizer.PLAIN);
  }

  /** The same with another outer optimiser. */
  public LocalSteps withOuter(OuterOptimizer other) {
    return new LocalSteps(period, adaptation, warmUp, other);
  }

  /** The same with another warm-up. */
  public LocalSteps withWarmUp(Span length) {
    return new LocalSteps(period, adaptation, length, outer);
  }

  /** The same with another adaptation. */
  public LocalSteps withAdaptation(Adaptation other) {
    return new LocalSteps(period, other, warmUp, outer);
  }

  /** Whether there are none: gradients are summed at every step. */
  @JsonIgnore
  public boolean isNone() {
    return period.amount() == 0;
  }

  /**
   * How many samples, over all workers, the next round has: whole batches, but at an epoch's end.
   *
   * @param state that the round begins from
   * @param batch samples of a global batch
   * @param epochSamples of an epoch
   */
  public long samples(TrainState state, int batch, long epochSamples) {
    long left = epochSamples - state.sampleInEpoch();
    double batches = Math.max(1, batches(state, batch, epochSamples));
    return (long) Math.min(left, batches * batch);
  }

  private double batches(TrainState state, int batch, long epochSamples) {
    if (state.samples() < warmUp.inSamples(epochSamples)) {
      return 1;
    }
    double batches = Math.ceil((double) period.inSamples(epochSamples) / batch);
    List<EpochMetrics> history = state.history();
    if (adaptation == Adaptation.FIXED || history.isEmpty()) {
      return batches;
    }
    double ratio = history.get(history.size() - 1).loss() / history.get(0).loss();
    return Math.ceil(Math.sqrt(ratio) * batches);
  }
}
