package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.Serializable;
import java.util.List;
import org.e2spark.optim.LearningRate;

/** How the learning rate changes during a training, as a share of its highest value. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "shape")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Schedule.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = Schedule.OneCycle.class, name = "one-cycle"),
  @JsonSubTypes.Type(value = Schedule.Step.class, name = "step"),
  @JsonSubTypes.Type(value = Schedule.Exponential.class, name = "exponential"),
  @JsonSubTypes.Type(value = Schedule.Cosine.class, name = "cosine")
})
public sealed interface Schedule extends Serializable {

  /**
   * The rate of every step.
   *
   * @param highest rate
   * @param extent of the training
   */
  LearningRate rate(double highest, Extent extent);

  /**
   * How long a training is.
   *
   * @param epochs times through the split
   * @param epochSamples samples of an epoch
   * @param batch samples of a step, over all workers
   */
  record Extent(int epochs, long epochSamples, int batch) {
    long samples() {
      return epochs * epochSamples;
    }
  }

  /** Always the highest. */
  record Constant() implements Schedule {
    @Override
    public LearningRate rate(double highest, Extent extent) {
      return new LearningRate.Constant(highest);
    }
  }

  /**
   * One cycle over the whole training, with cosine flanks.
   *
   * @param rise the fraction of the steps that climb, in (0, 1)
   * @param division of the highest rate, at the start
   * @param finalDivision of the start, at the end
   */
  record OneCycle(double rise, double division, double finalDivision) implements Schedule {
    /** PyTorch's numbers: 0.3 of the steps climb, from 1/25, down to 1/250,000. */
    public static final OneCycle DEFAULT = new OneCycle(0.3, 25, 1e4);

    /** Checks the ranges. */
    public OneCycle {
      if (!(rise > 0 && rise < 1 && division >= 1 && finalDivision >= 1)) {
        throw new IllegalArgumentException(
            "Invalid cycle: rise "
                + rise
                + " (in (0, 1)), divisions "
                + division
                + " and "
                + finalDivision
                + " (>= 1)");
      }
    }

    @Override
    public LearningRate rate(double highest, Extent extent) {
      return new LearningRate.OneCycle(
          highest, extent.samples(), extent.batch(), rise, division, finalDivision);
    }
  }

  /**
   * Multiplied at given places.
   *
   * @param factor at each of them, above 0
   * @param at the places, at least one
   */
  record Step(double factor, List<Span> at) implements Schedule {
    /** Checks the ranges and copies the places. */
    public Step {
      at = List.copyOf(at);
      if (!(factor > 0) || at.isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid steps: factor " + factor + " (must be > 0) at " + at + " (at least one)");
      }
    }

    @Override
    public LearningRate rate(double highest, Extent extent) {
      List<Long> places = at.stream().map(span -> span.inSamples(extent.epochSamples())).toList();
      return new LearningRate.Step(highest, factor, places);
    }
  }

  /**
   * Constant at first, then multiplied at the start of every epoch.
   *
   * @param factor an epoch, above 0
   * @param constantEpochs epochs at the highest rate, at least 1
   */
  record Exponential(double factor, int constantEpochs) implements Schedule {
    /** Checks the ranges. */
    public Exponential {
      if (!(factor > 0) || constantEpochs < 1) {
        throw new IllegalArgumentException(
            "Invalid decay: factor "
                + factor
                + " (must be > 0) after "
                + constantEpochs
                + " epochs (must be >= 1)");
      }
    }

    @Override
    public LearningRate rate(double highest, Extent extent) {
      return new LearningRate.Exponential(highest, factor, extent.epochSamples(), constantEpochs);
    }
  }

  /**
   * Half a cosine over the whole training.
   *
   * @param last share of the highest rate at the end, in [0, 1]
   */
  record Cosine(double last) implements Schedule {
    /** Checks the range. */
    public Cosine {
      if (!(last >= 0 && last <= 1)) {
        throw new IllegalArgumentException(
            "Invalid cosine: last share " + last + " (must be in [0, 1])");
      }
    }

    @Override
    public LearningRate rate(double highest, Extent extent) {
      return new LearningRate.Cosine(highest, last * highest, extent.samples());
    }
  }
}
