package org.e2spark.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.e2spark.checkpoint.DamagedException;
import org.e2spark.checkpoint.Json;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.task.UserPath;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Presets;
import org.e2spark.nn.convolution.EvaluationPlan;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.RequirementException;
import org.e2spark.train.SpecifiedNetwork;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainState;
import org.e2spark.train.TrainingException;
import org.e2spark.train.UnusedOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a network on several workers, which sum their gradients at every step, or average their
 * parameters after steps made alone.
 *
 * <p>A run's directory that holds checkpoints of the same run is gone on from; the parameters at
 * the end are then the same bits as without the interruption, at the same number of workers.
 */
public final class TrainJob {

  private static final Logger log = LoggerFactory.getLogger(TrainJob.class);

  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final SparkContext context;
  private final ClusterPreflight cluster;
  private final TrainOptions options;
  private final NetworkFactory network;
  private final RunOptions asked;
  private final RunOptions run;

  private TrainJob(
      SparkContext context, TrainOptions options, NetworkFactory network, RunOptions asked) {
    this.context = context;
    this.cluster = ClusterPreflight.ofTraining(context);
    this.options = options;
    this.network = network;
    this.asked = asked;
    this.run =
        asked
            .withOutput(UserPath.qualify(asked.output(), context.hadoopConfiguration()).toString())
            .withSync(SyncSettings.of(context.conf(), asked.sync()));
  }

  /**
   * Trains to the end and saves the model.
   *
   * @throws RequirementException when the cluster or the arguments do not allow it: before anything
   *     is started, or where a worker finds it, such as a GPU that libtorch does not see
   * @throws org.e2spark.data.shard.ShardException when the data is not there or damaged
   * @throws TrainingException when a worker failed: the first failure
   */
  public static TrainResult run(
      SparkSession spark, TrainOptions options, RunOptions run, TrainListener listener) {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    ShardManifest data =
        ShardManifest.read(UserPath.qualify(options.data(), configuration), configuration);
    return run(spark, options, NetworkFactory.of(specification(options, data)), run, listener);
  }

  /** The network that is asked for, at the images and classes that there are. */
  private static ModelSpec specification(TrainOptions options, ShardManifest data) {
    ImageShape shape = data.shape();
    var images = new ImageInput(shape.channels(), shape.height(), shape.width());
    int classes = data.classNames().size();
    if (options.network() == null) {
      try {
        return Presets.spec(options.preset(), images, classes);
      } catch (IllegalArgumentException e) {
        throw new RequirementException(e.getMessage(), e);
      }
    }
    ModelSpec here = options.network().withInput(images).withClasses(classes);
    if (!here.equals(options.network())) {
      log.warn(
          "{} is made for images of {} and {} classes, here they are {} and {}",
          options.preset(),
          options.network().input(),
          options.network().classes(),
          images,
          classes);
    }
    return here;
  }

  /**
   * As {@link #run(SparkSession, TrainOptions, RunOptions, TrainListener)}, for a network that need
   * not be a preset; {@link TrainOptions#preset()} is only its name then.
   */
  public static TrainResult run(
      SparkSession spark,
      TrainOptions options,
      NetworkFactory network,
      RunOptions run,
      TrainListener listener) {
    SparkContext context = spark.sparkContext();
    Configuration configuration = context.hadoopConfiguration();
    KnownSettings.require(context.conf(), configuration);
    return new TrainJob(context, qualified(options, configuration), network, run).train(listener);
  }

  private static TrainOptions qualified(TrainOptions options, Configuration configuration) {
    TrainOptions qualified =
        options.withData(UserPath.qualify(options.data(), configuration).toString());
    if (!options.start().hasModel()) {
      return qualified;
    }
    Path model = UserPath.qualify(options.start().model(), configuration);
    return qualified.withStartModel(RunDirectory.modelIn(model, configuration).toString());
  }

  private TrainResult train(TrainListener listener) {
    Configuration configuration = context.hadoopConfiguration();
    ShardManifest data = ShardManifest.read(new Path(options.data()), configuration);
    requireEffects();
    options.requireFitting(data);
    long size = data.split(options.split()).samples();
    warnOfSize(data.shape());
    UnusedOptions.beyondTheEnd(options, size).forEach(log::warn);
    if (options.validation().measures() && options.validation().split().equals(options.split())) {
      log.warn(
          "Validation is on the split that is trained on, {}: what is learnt by heart counts there",
          options.split());
    }
    int workers = run.workers() > 0 ? run.workers() : cluster.defaultWorkers();
    int least = run.minWorkers() > 0 ? run.minWorkers() : workers;
    ModeChoice choice = ModeChoice.of(run, least, workers, cluster);
    RunDirectory directory = new RunDirectory(run.output(), configuration, run.keepLast());
    if (choice.mode() == Mode.AVERAGING) {
      AveragingRules.require(options, asked, context.conf());
    } else if (cluster.isLocal()) {
      SyncSettings.requirePorts(run.sync().ports(), least);
    }
    stage(choice.mode(), directory, network).require(least, workers);
    Map<String, String> provenance = Provenance.of(context, workers, cluster.threads(workers));
    provenance.put("taskResources", cluster.resources().description());
    provenance.put("mode", choice.toString());
    int group = WorkerStage.group(cluster, options, workers);
    if (choice.mode() == Mode.ALL_REDUCE && group > 1) {
      provenance.put("sums", "of " + group + " workers first, then of all " + workers);
    }
    provenance.putAll(run.described());
    if (directory.checkpoints().newest().isEmpty()) {
      TrialStart.require(network, data, options, workers, configuration);
    }
    try (RunLease lease = RunLease.acquire(directory)) {
      directory.claim(new RunDirectory.Run(options, data.sourceFingerprint(), provenance));
      log.info("Training with {}, {}", Json.line(options), Json.line(provenance));
      Optional<EvaluationPlan> plan =
          new EvaluationPlanner(context, cluster, options, network, run.patience())
              .plan(directory, data, workers);
      NetworkFactory planned =
          plan.<NetworkFactory>map(p -> new EvaluatedNetwork(network, p)).orElse(network);
      tellOf(choice.mode());
      long began = System.nanoTime();
      List<WorkerResult> results;
      try (ListenerQueue told =
          new ListenerQueue(MetricsPlugin.of(context).andThen(listener), LAST_WORDS)) {
        told.happened(new TrainEvent.Configured(Json.fields(options), provenance));
        results =
            new AttemptLoop(stage(choice.mode(), directory, planned), options, run, directory, told)
                .run(lease, workers, options.epochs() * size);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      return save(directory, data, results, provenance, plan.orElse(null), seconds);
    }
  }

  private void requireEffects() {
    try {
      UnusedOptions.refuse(options);
    } catch (IllegalArgumentException e) {
      throw new RequirementException(e.getMessage(), e);
    }
  }

  private void tellOf(Mode mode) {
    if (mode == Mode.ALL_REDUCE) {
      SyncSettings.tell(run.sync());
    } else if (options.localSteps().isNone()) {
      log.warn("Averaging after every step starts a Spark job for each; --period sets how many");
    }
  }

  private AttemptStage stage(Mode mode, RunDirectory directory, NetworkFactory factory) {
    return mode == Mode.ALL_REDUCE
        ? new WorkerStage(context, cluster, options, factory, run)
        : new RoundStage(context, cluster, options, factory, run, directory);
  }

  private void warnOfSize(ImageShape shape) {
    if (options.network() == null && Presets.names().contains(options.preset())) {
      int side = Presets.imageSize(options.preset());
      if (shape.height() != side || shape.width() != side) {
        log.warn("Preset {} is made for {}x{}, images are {}", options.preset(), side, side, shape);
      }
    }
  }

  private TrainResult save(
      RunDirectory directory,
      ShardManifest data,
      List<WorkerResult> results,
      Map<String, String> provenance,
      EvaluationPlan evaluation,
      double seconds) {
    WorkerResult result = results.get(0);
    TrainState state;
    FinalWeights weights;
    try {
      state = directory.checkpoints().state(result.last());
      weights = FinalWeights.of(directory, options, result.last(), state);
    } catch (DamagedException e) {
      throw new TrainingException(
          "The driver does not see the last checkpoint, which rank 0 has written: --out must be on"
              + " storage that all machines share ("
              + e.getMessage()
              + ")",
          e);
    }
    provenance.put("data", options.data());
    provenance.put("sourceFingerprint", data.sourceFingerprint());
    provenance.put("seed", Long.toString(options.seed()));
    provenance.put("options", Json.line(options.toBuilder().network(null).build()));
    provenance.put("weights", weights.description());
    if (!result.gradients().isEmpty()) {
      provenance.put("gradients", result.gradients());
    }
    ModelCard card =
        new ModelCard(
            options.preset(),
            network instanceof SpecifiedNetwork known ? known.spec() : null,
            data.shape().channels(),
            data.shape().height(),
            data.shape().width(),
            data.classNames(),
            options.inputScale().mean(data),
            options.inputScale().std(data),
            result.parameters(),
            weights.samples(),
            provenance);
    new SavedModel(card, weights.bytes(), evaluation)
        .write(directory.model(), context.hadoopConfiguration());
    directory.writeMetrics(state);
    return new TrainResult(
        directory.model().toString(), card, state.history(), results.size(), seconds);
  }
}
