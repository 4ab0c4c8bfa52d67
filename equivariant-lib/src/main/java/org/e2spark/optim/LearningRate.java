package org.e2spark.optim;

import java.io.Serializable;
import java.util.List;
import org.e2spark.text.Text;

/** A learning rate as a function of how many samples training has seen, over all workers. */
public sealed interface LearningRate extends Serializable {

  /**
   * The rate of the step that begins after {@code samples} samples.
   *
   * @param samples at least 0
   */
  double at(long samples);

  /**
   * Always the same.
   *
   * @param rate at least 0
   */
  record Constant(double rate) implements LearningRate {
    @Override
    public double at(long samples) {
      return rate;
    }
  }

  /**
   * One cycle (Smith and Topin, Super-convergence, 2018) with cosine flanks, as {@code
   * torch.optim.lr_scheduler.OneCycleLR} computes it without cycling momentum: from {@code maximum
   * / division} up to {@code maximum} and down to {@code maximum / division / finalDivision}. After
   * the end it stays.
   *
   * @param maximum the highest rate
   * @param totalSamples of the whole training
   * @param samplesPerStep of one global batch: PyTorch reaches the top one step before {@code
   *     rise}, and the end with the last step
   * @param rise the fraction of the steps that climb, in (0, 1)
   * @param division of the maximum, at the start
   * @param finalDivision of the start, at the end
   */
  record OneCycle(
      double maximum,
      long totalSamples,
      long samplesPerStep,
      double rise,
      double division,
      double finalDivision)
      implements LearningRate {

    /** PyTorch's defaults: 0.3 of the steps climb, from 1/25, down to 1/250,000. */
    public static OneCycle of(double maximum, long totalSamples, long samplesPerStep) {
      return new OneCycle(maximum, totalSamples, samplesPerStep, 0.3, 25, 1e4);
    }

    /** Checks the ranges. */
    public OneCycle {
      if (totalSamples < 1 || samplesPerStep < 1 || !(rise > 0 && rise < 1)) {
        throw new IllegalArgumentException(
            Text.format(
                "Invalid cycle: %s samples, %s a step (both >= 1), rise %s (in (0, 1))",
                totalSamples, samplesPerStep, rise));
      }
    }

    @Override
    public double at(long samples) {
      double step = (double) samples / samplesPerStep;
      double steps = (double) totalSamples / samplesPerStep;
      double top = rise * steps - 1;
      double end = steps - 1;
      double start = maximum / division;
      if (top > 0 && step <= top) {
        return between(start, maximum, step / top);
      }
      double fall = end > top ? Math.min(1, (step - top) / (end - top)) : 1;
      return between(maximum, start / finalDivision, fall);
    }

    private static double between(double from, double to, double fraction) {
      return to + (from - to) / 2 * (1 + Math.cos(Math.PI * fraction));
    }
  }

  /**
   * Multiplied by a factor at given places.
   *
   * @param initial the first rate
   * @param factor at each milestone
   * @param milestones numbers of samples, rising
   */
  record Step(double initial, double factor, List<Long> milestones) implements LearningRate {
    /** Copies the milestones. */
    public Step {
      milestones = List.copyOf(milestones);
    }

    @Override
    public double at(long samples) {
      long passed = milestones.stream().filter(milestone -> samples >= milestone).count();
      return initial * Math.pow(factor, passed);
    }
  }

  /**
   * Constant at first, then multiplied by a factor at the start of every epoch.
   *
   * @param initial the first rate
   * @param factor an epoch
   * @param epochSamples samples of an epoch
   * @param constantEpochs epochs at the first rate, at least 1
   */
  record Exponential(double initial, double factor, long epochSamples, int constantEpochs)
      implements LearningRate {
    /** Checks the ranges. */
    public Exponential {
      if (epochSamples < 1 || constantEpochs < 1) {
        throw new IllegalArgumentException(
            Text.format(
                "Invalid decay: epochs of %s samples, %s of them constant (both >= 1)",
                epochSamples, constantEpochs));
      }
    }

    @Override
    public double at(long samples) {
      long epoch = samples / epochSamples;
      return initial * Math.pow(factor, Math.max(0, epoch - constantEpochs + 1));
    }
  }

  /**
   * Half a cosine from the first rate to the last (Loshchilov and Hutter, SGDR, 2017, without
   * restarts), as {@code torch.optim.lr_scheduler.CosineAnnealingLR} computes it. After the end it
   * stays.
   *
   * @param initial the first rate
   * @param last the rate at the end
   * @param totalSamples from the first to the last, at least 1
   */
  record Cosine(double initial, double last, long totalSamples) implements LearningRate {
    /** Checks the range. */
    public Cosine {
      if (totalSamples < 1) {
        throw new IllegalArgumentException(
            "Invalid cosine: over " + totalSamples + " samples (must be >= 1)");
      }
    }

    @Override
    public double at(long samples) {
      double done = Math.min(1, (double) samples / totalSamples);
      return last + (initial - last) / 2 * (1 + Math.cos(Math.PI * done));
    }
  }

  /**
   * Another rate, multiplied at first by a factor that rises in a line to 1 (Goyal and others,
   * Accurate, large minibatch SGD, 2017). The first step has a share of the rate above 0.
   *
   * @param then the rate without warm-up
   * @param samples until the factor is 1, at least 1
   * @param samplesPerStep of one global batch, at least 1
   */
  record WarmUp(LearningRate then, long samples, long samplesPerStep) implements LearningRate {
    /** Checks the ranges. */
    public WarmUp {
      if (samples < 1 || samplesPerStep < 1) {
        throw new IllegalArgumentException(
            Text.format(
                "Invalid warm-up: %s samples, %s a step (both must be >= 1)",
                samples, samplesPerStep));
      }
    }

    @Override
    public double at(long seen) {
      return then.at(seen) * Math.min(1, (double) (seen + samplesPerStep) / samples);
    }
  }
}
