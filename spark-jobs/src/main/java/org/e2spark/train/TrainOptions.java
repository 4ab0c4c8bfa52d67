package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import java.io.Serializable;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.model.ModelSpec;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.optim.LearningRate;
import org.e2spark.optim.Optimizer;
import org.e2spark.sync.WireFormat;

/**
 * What to train, on what, and how; the part of a run that its result depends on.
 *
 * <p>As JSON, what is left out has its default, and what is unknown is refused.
 *
 * @param preset the network's name
 * @param network what it is; null for the preset of that name
 * @param data the shard directory
 * @param split of the shards to train on
 * @param epochs times through the split, at least 1
 * @param batch samples of a global batch, over all workers, at least 1
 * @param microBatch samples of each pass, over which a step is summed in an order that does not
 *     depend on the number of workers; 0 for one pass over a worker's whole part of the batch
 * @param wire how gradients travel between workers
 * @param optimizer the rule
 * @param learningRate the highest rate, above 0
 * @param schedule how the rate changes
 * @param warmUp how long the rate rises in a line to what the schedule says
 * @param localSteps how many steps workers make alone
 * @param loss what is minimised
 * @param update what is done beside the optimiser's rule
 * @param validation how it is measured while it goes on, and when it stops for that
 * @param start which values it begins with
 * @param augmentation what happens to each image in each epoch
 * @param inputScale how pixels become numbers
 * @param evaluation how convolutions are evaluated; null for what the network's builders say
 * @param precision of the passes
 * @param seed of the first weights, the order of samples and the augmentation
 */
@JsonDeserialize(builder = TrainOptions.Builder.class)
public record TrainOptions(
    String preset,
    ModelSpec network,
    String data,
    String split,
    int epochs,
    int batch,
    int microBatch,
    WireFormat wire,
    @OptimizerJson Optimizer optimizer,
    double learningRate,
    Schedule schedule,
    Span warmUp,
    LocalSteps localSteps,
    Loss loss,
    UpdateOptions update,
    Validation validation,
    StartOptions start,
    AugmentationPolicy augmentation,
    InputScale inputScale,
    Evaluation evaluation,
    Precision precision,
    long seed)
    implements Serializable {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range or missing
   */
  public TrainOptions {
    require("preset", preset);
    require("data", data);
    require("split", split);
    require("wire", wire);
    require("optimizer", optimizer);
    require("schedule", schedule);
    require("warmUp", warmUp);
    require("localSteps", localSteps);
    require("loss", loss);
    require("update", update);
    require("validation", validation);
    require("start", start);
    require("augmentation", augmentation);
    require("inputScale", inputScale);
    require("precision", precision);
    check("epochs", epochs, epochs >= 1, ">= 1");
    check("batch", batch, batch >= 1, ">= 1");
    check(
        "micro-batch",
        microBatch,
        microBatch >= 0 && microBatch <= batch,
        "0 to the batch's " + batch);
    if (microBatch > 0 && wire != WireFormat.FLOAT32) {
      throw new IllegalArgumentException(
          "Gradients of micro-batches travel as float32 only, as "
              + wire
              + " would round sums as the number of workers makes it: leave out the micro-batch or"
              + " the wire format");
    }
    check("learning rate", learningRate, learningRate > 0, "> 0");
    if (precision != Precision.FLOAT32 && evaluation != null && evaluation != Evaluation.DENSE) {
      throw new IllegalArgumentException(
          "Convolutions are evaluated by factors in float32 only: leave out --precision "
              + precision
              + ", or --evaluation");
    }
  }

  /** Starts from the defaults, for a network and a shard directory. */
  public static Builder builder(String preset, String data) {
    return new Builder().preset(preset).data(data);
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    return builder(preset, data)
        .network(network)
        .split(split)
        .epochs(epochs)
        .batch(batch)
        .microBatch(microBatch)
        .wire(wire)
        .optimizer(optimizer)
        .learningRate(learningRate)
        .schedule(schedule)
        .warmUp(warmUp)
        .localSteps(localSteps)
        .loss(loss)
        .update(update)
        .validation(validation)
        .start(start)
        .augmentation(augmentation)
        .inputScale(inputScale)
        .evaluation(evaluation)
        .precision(precision)
        .seed(seed);
  }

  /** The same on another shard directory. */
  public TrainOptions withData(String directory) {
    return toBuilder().data(directory).build();
  }

  /** The same from a model in another directory. */
  public TrainOptions withStartModel(String directory) {
    return toBuilder().start(start.withModel(directory)).build();
  }

  /** The learning rate for epochs of this many samples. */
  LearningRate rate(long epochSamples) {
    LearningRate rate =
        schedule.rate(learningRate, new Schedule.Extent(epochs, epochSamples, batch));
    long warm = warmUp.inSamples(epochSamples);
    return warm == 0 ? rate : new LearningRate.WarmUp(rate, warm, batch);
  }

  /** What becomes of a training that goes on with another number of workers. */
  public String onOtherWorldSize() {
    if (!localSteps.isNone()) {
      return "each worker's steps alone are made on other images from here";
    }
    return microBatch > 0
        ? "the trained bits stay the same, as micro-batches do"
        : "sums are rounded, and batches normalised, otherwise from here (--micro-batch prevents it)";
  }

  /**
   * Checks that the data has what these options need.
   *
   * @throws org.e2spark.data.shard.ManifestException if there is no such split
   * @throws RequirementException naming the option that does not fit the images or their classes
   */
  public void requireFitting(ShardManifest manifest) {
    manifest.split(split);
    try {
      augmentation.check(manifest.shape());
    } catch (IllegalArgumentException e) {
      throw new RequirementException(
          "Augmentation " + augmentation + " does not fit: " + e.getMessage(), e);
    }
    if (validation.measures()) {
      manifest.split(validation.split());
    }
    try {
      loss.classWeights().of(manifest, split);
    } catch (IllegalArgumentException e) {
      throw new RequirementException(e.getMessage(), e);
    }
  }

  private static void require(String name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException("The training's options lack " + name);
    }
  }

  private static void check(String name, Number value, boolean holds, String range) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + value + " (must be " + range + ")");
    }
  }

  /** Options in the making. */
  @JsonPOJOBuilder(withPrefix = "")
  public static final class Builder {
    private String preset;
    private ModelSpec network;
    private String data;
    private String split = "train";
    private int epochs = 10;
    private int batch = 64;
    private int microBatch;
    private WireFormat wire = WireFormat.FLOAT32;
    private Optimizer optimizer = Optimizer.adam();
    private double learningRate = 1e-3;
    private Schedule schedule = Schedule.OneCycle.DEFAULT;
    private Span warmUp = Span.NONE;
    private LocalSteps localSteps = LocalSteps.NONE;
    private Loss loss = Loss.CROSS_ENTROPY;
    private UpdateOptions update = UpdateOptions.NONE;
    private Validation validation = Validation.NONE;
    private StartOptions start = StartOptions.SEED;
    private AugmentationPolicy augmentation = AugmentationPolicy.NONE;
    private InputScale inputScale = InputScale.UNIT;
    private Evaluation evaluation;
    private Precision precision = Precision.FLOAT32;
    private long seed = 1;

    /** With the defaults; {@link #preset} and {@link #data} have none. */
    @JsonCreator
    public Builder() {}

    public Builder preset(String name) {
      this.preset = name;
      return this;
    }

    /** A network that is no preset; {@link #preset} is only its name then. */
    public Builder network(ModelSpec value) {
      this.network = value;
      return this;
    }

    /** The shard directory. */
    public Builder data(String directory) {
      this.data = directory;
      return this;
    }

    /** Of the shards; {@code train} by default. */
    public Builder split(String name) {
      this.split = name;
      return this;
    }

    /** Times through the split; 10 by default. */
    public Builder epochs(int count) {
      this.epochs = count;
      return this;
    }

    /** Samples of a step, over all workers; 64 by default. */
    public Builder batch(int samples) {
      this.batch = samples;
      return this;
    }

    /**
     * Samples of each pass; 0, the default, for one pass over a worker's whole part of the batch.
     *
     * <p>With passes of a fixed size, the bits of the trained network do not depend on the number
     * of workers, batch normalisation sees so many samples at a time, and a worker needs memory for
     * one pass.
     */
    public Builder microBatch(int samples) {
      this.microBatch = samples;
      return this;
    }

    /** How gradients travel; as float32 by default. */
    public Builder wire(WireFormat format) {
      this.wire = format;
      return this;
    }

    /** The rule; Adam by default. */
    @OptimizerJson
    public Builder optimizer(@OptimizerJson Optimizer rule) {
      this.optimizer = rule;
      return this;
    }

    /** The highest rate; 0.001 by default. */
    public Builder learningRate(double rate) {
      this.learningRate = rate;
      return this;
    }

    /** How the rate changes; one cycle by default. */
    public Builder schedule(Schedule shape) {
      this.schedule = shape;
      return this;
    }

    /** How long the rate rises to what the schedule says; not at all by default. */
    public Builder warmUp(Span length) {
      this.warmUp = length;
      return this;
    }

    /** How many steps workers make alone; none by default. */
    public Builder localSteps(LocalSteps steps) {
      this.localSteps = steps;
      return this;
    }

    /** What is minimised; cross entropy as it is by default. */
    public Builder loss(Loss value) {
      this.loss = value;
      return this;
    }

    /** What is done beside the optimiser's rule; nothing by default. */
    public Builder update(UpdateOptions rules) {
      this.update = rules;
      return this;
    }

    /** How it is measured, and when it stops for that; not at all by default. */
    public Builder validation(Validation measurement) {
      this.validation = measurement;
      return this;
    }

    /** Which values it begins with; those of the seed, all trained, by default. */
    public Builder start(StartOptions values) {
      this.start = values;
      return this;
    }

    /** What happens to each image in each epoch; nothing by default. */
    public Builder augmentation(AugmentationPolicy policy) {
      this.augmentation = policy;
      return this;
    }

    /** How pixels become numbers; from 0 to 1 by default. */
    public Builder inputScale(InputScale scale) {
      this.inputScale = scale;
      return this;
    }

    /**
     * How convolutions are evaluated; by default, and if null, as the network's builders say. What
     * {@link Evaluation#AUTO} chooses is measured once for a run.
     */
    public Builder evaluation(Evaluation way) {
      this.evaluation = way;
      return this;
    }

    /** Of the passes; float32 by default. */
    public Builder precision(Precision numbers) {
      this.precision = numbers;
      return this;
    }

    /** Of weights, order and augmentation; 1 by default. */
    public Builder seed(long value) {
      this.seed = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException naming the value that is out of range or missing
     */
    public TrainOptions build() {
      return new TrainOptions(
          preset,
          network,
          data,
          split,
          epochs,
          batch,
          microBatch,
          wire,
          optimizer,
          learningRate,
          schedule,
          warmUp,
          localSteps,
          loss,
          update,
          validation,
          start,
          augmentation,
          inputScale,
          evaluation,
          precision,
          seed);
    }
  }
}
