package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import java.io.Serializable;
import org.e2spark.events.ValidationMetrics;

/**
 * How a training is measured while it goes on, and when it stops for that. The bits that are
 * trained do not depend on being measured.
 *
 * @param split to measure on; empty for none
 * @param every how long between two measurements, in whole steps; there is one at the end, too
 * @param metric that says which weights are the best
 * @param minDelta by how much a new best must be better, at least 0
 * @param patience measurements without a new best after which training stops; 0 to go on
 * @param restoreBest whether the best weights are saved as the model, and not the last ones
 */
@JsonDeserialize(builder = Validation.Json.class)
public record Validation(
    String split, Span every, Metric metric, double minDelta, int patience, boolean restoreBest)
    implements Serializable {

  /** No measurement. */
  public static final Validation NONE =
      new Validation("", Span.epochs(1), Metric.LOSS, 0, 0, false);

  /** What is watched. */
  public enum Metric {
    /** Mean cross entropy: the lower the better. */
    LOSS,
    /** Fraction classified right: the higher the better. */
    ACCURACY;

    double of(ValidationMetrics metrics) {
      return this == LOSS ? metrics.loss() : metrics.accuracy();
    }

    boolean isBetter(double value, double best, double minDelta) {
      return this == LOSS ? value < best - minDelta : value > best + minDelta;
    }
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public Validation {
    if (split == null || every == null || metric == null) {
      throw new IllegalArgumentException("The validation lacks its split, every or metric");
    }
    if (!(every.amount() > 0)) {
      throw new IllegalArgumentException(
          "Invalid length between validations: " + every + " (must be > 0)");
    }
    if (!(minDelta >= 0 && minDelta <= Double.MAX_VALUE) || patience < 0) {
      throw new IllegalArgumentException(
          "Invalid stopping: patience " + patience + ", least change " + minDelta + " (both >= 0)");
    }
    if (split.isEmpty() && (patience > 0 || restoreBest)) {
      throw new IllegalArgumentException(
          "To stop early or to save the best weights a split to validate on must be named");
    }
  }

  /** On a split, after every epoch, without stopping. */
  public static Validation on(String split) {
    return new Validation(split, NONE.every, NONE.metric, 0, 0, false);
  }

  /** The same at other times. */
  public Validation withEvery(Span length) {
    return new Validation(split, length, metric, minDelta, patience, restoreBest);
  }

  /** The same by another metric. */
  public Validation withMetric(Metric watched) {
    return new Validation(split, every, watched, minDelta, patience, restoreBest);
  }

  /** The same, stopping when so many measurements have brought no new best. */
  public Validation withPatience(int measurements) {
    return new Validation(split, every, metric, minDelta, measurements, restoreBest);
  }

  /** The same, where only a change of so much is an improvement. */
  public Validation withMinDelta(double change) {
    return new Validation(split, every, metric, change, patience, restoreBest);
  }

  /** The same, where the best weights become the model. */
  public Validation withBestRestored() {
    return new Validation(split, every, metric, minDelta, patience, true);
  }

  /** Whether there is a split to measure on. */
  public boolean measures() {
    return !split.isEmpty();
  }

  /** Whether a training that has come so far stops. */
  public boolean stops(ValidationState found) {
    return patience > 0 && found.stale() >= patience;
  }

  /**
   * Whether to measure here.
   *
   * @param state after a step or a round
   * @param before samples of the training when this was asked last
   * @param epochs of the whole training
   * @param epochSamples of each
   */
  public boolean isDue(TrainState state, long before, int epochs, long epochSamples) {
    boolean isEnd = state.epoch() == epochs - 1 && state.sampleInEpoch() == epochSamples;
    return measures() && (isEnd || state.hasPassed(every.inSamples(epochSamples), before));
  }

  /** What JSON leaves out has its default. */
  @JsonPOJOBuilder
  static final class Json {
    @JsonProperty private String split = NONE.split;
    @JsonProperty private Span every = NONE.every;
    @JsonProperty private Metric metric = NONE.metric;
    @JsonProperty private double minDelta;
    @JsonProperty private int patience;
    @JsonProperty private boolean restoreBest;

    Validation build() {
      return new Validation(split, every, metric, minDelta, patience, restoreBest);
    }
  }
}
