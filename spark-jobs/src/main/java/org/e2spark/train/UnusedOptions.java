package org.e2spark.train;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.sync.WireFormat;

/** Options that would change nothing, though whoever gave them meant something. */
public final class UnusedOptions {

  private UnusedOptions() {}

  /**
   * Refuses what does nothing in any training.
   *
   * @throws IllegalArgumentException naming it, and what it lacks
   */
  public static void refuse(TrainOptions options) {
    Validation validation = options.validation();
    if (!validation.measures() && !validation.equals(Validation.NONE)) {
      throw new IllegalArgumentException(
          "Measurements every "
              + validation.every()
              + " by "
              + validation.metric()
              + ", with a least change of "
              + validation.minDelta()
              + ", need a split to validate on (--validate, or validationIndicatorCol)");
    }
    if (!options.localSteps().isNone() && options.wire() != WireFormat.FLOAT32) {
      throw new IllegalArgumentException(
          "With a --period no gradients travel, but parameters as float32: leave out --wire "
              + options.wire()
              + ", or the period");
    }
  }

  /**
   * What a training is too short for, a sentence each.
   *
   * @param epochSamples of its split
   */
  public static List<String> beyondTheEnd(TrainOptions options, long epochSamples) {
    List<String> found = new ArrayList<>();
    long end = options.epochs() * epochSamples;
    String training = ", and the training has " + options.epochs() + " epochs";
    if (options.schedule() instanceof Schedule.Step step) {
      step.at().stream()
          .filter(place -> place.inSamples(epochSamples) >= end)
          .forEach(place -> found.add("The schedule changes the rate after " + place + training));
    } else if (options.schedule() instanceof Schedule.Exponential decay
        && decay.constantEpochs() >= options.epochs()) {
      found.add(
          "The schedule leaves the rate for " + decay.constantEpochs() + " epochs" + training);
    }
    if (options.warmUp().inSamples(epochSamples) > end) {
      found.add("The rate rises for " + options.warmUp() + training);
    }
    LocalSteps steps = options.localSteps();
    if (!steps.isNone() && steps.warmUp().inSamples(epochSamples) >= end) {
      found.add("Averages come after every step for " + steps.warmUp() + training);
    } else if (steps.period().inSamples(epochSamples) > epochSamples) {
      found.add(
          "The period is "
              + steps.period()
              + ", and averages come at the end of each epoch, after "
              + epochSamples
              + " samples");
    }
    return found;
  }
}
