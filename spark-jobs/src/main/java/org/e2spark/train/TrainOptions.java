package org.e2spark.train;

import java.io.Serializable;
import org.e2spark.optim.Adam;
import org.e2spark.optim.LearningRate;
import org.e2spark.optim.Optimizer;
import org.e2spark.optim.Penalties;
import org.e2spark.optim.Sgd;

/**
 * What to train, on what, and how; the part of a run that its result depends on.
 *
 * @param preset the network's name
 * @param data the shard directory
 * @param split of the shards to train on
 * @param epochs times through the split, at least 1
 * @param batch samples of a global batch, over all workers, at least 1
 * @param optimizer the rule
 * @param learningRate the highest rate, above 0
 * @param schedule how the rate changes
 * @param weightDecay squared penalty on every parameter, at least 0
 * @param augmentation what happens to each image in each epoch
 * @param inputScale how pixels become numbers
 * @param seed of the first weights, the order of samples and the augmentation
 */
public record TrainOptions(
    String preset,
    String data,
    String split,
    int epochs,
    int batch,
    Rule optimizer,
    double learningRate,
    Schedule schedule,
    double weightDecay,
    AugmentationPolicy augmentation,
    InputScale inputScale,
    long seed)
    implements Serializable {

  private static final double MOMENTUM = 0.9;

  /** The optimisers by name. */
  public enum Rule {
    /** Adam with its usual numbers. */
    ADAM,
    /** Descent with momentum 0.9. */
    SGD,
    /** Descent with Nesterov's momentum 0.9. */
    NESTEROV
  }

  /** The schedules by name. */
  public enum Schedule {
    /** Always the same rate. */
    CONSTANT,
    /** One cycle over the whole training, with cosine flanks. */
    ONE_CYCLE
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public TrainOptions {
    check("epochs", epochs, epochs >= 1, ">= 1");
    check("batch", batch, batch >= 1, ">= 1");
    check("learning rate", learningRate, learningRate > 0, "> 0");
    check("weight decay", weightDecay, weightDecay >= 0, ">= 0");
  }

  /** The same on another shard directory. */
  public TrainOptions withData(String directory) {
    return new TrainOptions(
        preset,
        directory,
        split,
        epochs,
        batch,
        optimizer,
        learningRate,
        schedule,
        weightDecay,
        augmentation,
        inputScale,
        seed);
  }

  private static void check(String name, Number value, boolean holds, String range) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + value + " (must be " + range + ")");
    }
  }

  /** The optimiser. */
  Optimizer rule() {
    Penalties penalties = Penalties.weightDecay(weightDecay);
    return switch (optimizer) {
      case ADAM -> new Adam(0.9, 0.999, 1e-8, penalties);
      case SGD -> new Sgd(MOMENTUM, Sgd.Style.HEAVY_BALL, penalties);
      case NESTEROV -> new Sgd(MOMENTUM, Sgd.Style.NESTEROV, penalties);
    };
  }

  /** The learning rate for epochs of this many samples. */
  LearningRate rate(long epochSamples) {
    return switch (schedule) {
      case CONSTANT -> new LearningRate.Constant(learningRate);
      case ONE_CYCLE -> LearningRate.OneCycle.of(learningRate, epochs * epochSamples, batch);
    };
  }
}
