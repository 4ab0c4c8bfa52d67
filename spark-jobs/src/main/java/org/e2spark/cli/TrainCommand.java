package org.e2spark.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.e2spark.engine.CheckpointInterval;
import org.e2spark.engine.Devices;
import org.e2spark.engine.RunOptions;
import org.e2spark.engine.TrainJob;
import org.e2spark.engine.TrainResult;
import org.e2spark.events.TrainListener;
import org.e2spark.infer.CardJob;
import org.e2spark.model.ModelSpec;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.sync.WireFormat;
import org.e2spark.track.MlflowRun;
import org.e2spark.track.ModelName;
import org.e2spark.track.RunArtifacts;
import org.e2spark.train.AugmentationPolicy;
import org.e2spark.train.InputScale;
import org.e2spark.train.Precision;
import org.e2spark.train.Schedule;
import org.e2spark.train.Span;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.UnusedOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code e2spark train}. */
@Command(
    name = "train",
    description = "Trains a network on prepared shards, or goes on with the run that --out holds.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--preset",
      description = "The network, such as quickstart/c8; e2spark presets lists all.")
  private String preset;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description =
          "The network, in place of a preset: JSON as e2spark presets prints one, to be"
              + " changed; images and classes are those of the data.")
  private Path model;

  @Option(names = "--data", description = "The shard directory.")
  private String data;

  @Option(
      names = "--options",
      paramLabel = "FILE",
      description =
          "JSON with the training's options, such as the options that run.json holds; what it leaves"
              + " out has its default, and what the command line says goes before it.")
  private Path file;

  @Option(
      names = "--out",
      required = true,
      description = "The run's directory, on storage that all machines share.")
  private String out;

  @Option(names = "--split", defaultValue = "train", description = "The split to train on.")
  private String split;

  @Option(names = "--epochs", defaultValue = "10", description = "Times through the split.")
  private int epochs;

  @Option(
      names = "--batch",
      defaultValue = "64",
      description = "Images of a step, over all workers.")
  private int batch;

  @Option(
      names = "--micro-batch",
      paramLabel = "IMAGES",
      defaultValue = "0",
      description =
          "Images of one pass; a worker sums over as many as its part has, and the trained bits do"
              + " not depend on --workers. 0 for one pass over a worker's whole part.")
  private int microBatch;

  @Option(
      names = "--wire",
      defaultValue = "float32",
      description =
          "How gradients travel between workers: float32, or bf16 for half the bytes, rounded to"
              + " 8 bits whenever they are sent.")
  private WireFormat wire;

  @Mixin private OptimizerFlags optimizer;
  @Mixin private SynchronisationFlags synchronisation;

  @Option(names = "--learning-rate", defaultValue = "0.001", description = "The highest rate.")
  private double learningRate;

  @Option(
      names = "--schedule",
      defaultValue = "one-cycle",
      description =
          "How the rate changes: " + Schedules.FORMS + "; a PLACE is 5000samples or 30epochs.")
  private Schedule schedule;

  @Option(
      names = "--warm-up",
      paramLabel = "LENGTH",
      defaultValue = "0samples",
      description = "How long the rate rises to the schedule's: 5000samples or 2epochs.")
  private Span warmUp;

  @Mixin private UpdateFlags update;
  @Mixin private ValidationFlags validation;
  @Mixin private StartFlags start;

  @Option(
      names = "--augment",
      paramLabel = "POLICY",
      defaultValue = "none",
      description =
          "What happens to images in each epoch: stages joined by commas out of crop:P, flip[:vertical], "
              + "rotate[:nearest|bilinear|bicubic[:DEGREES]], cutout:SIZE, autoaugment, jitter:B:C:S:H; "
              + "or a published experiment's: mnist-bench, mnist-restrict, mnist-final, cifar, "
              + "cifar-autoaugment, stl10. e2spark inspect --augment draws them.")
  private AugmentationPolicy augmentation;

  @Option(
      names = "--input-scale",
      defaultValue = "unit",
      description = "Pixels from 0 to 1 (unit), or with mean 0 and deviation 1 (standard).")
  private InputScale inputScale;

  @Option(
      names = "--evaluation",
      paramLabel = "WAY",
      description =
          "How convolutions are evaluated: dense, factorised (the form of fewest multiplications), or"
              + " auto (the fastest, which one task measures before all begin; kept in the run and its"
              + " model). As the network is built, which is dense for presets, if left out.")
  private Evaluation evaluation;

  @Option(
      names = "--precision",
      paramLabel = "NUMBERS",
      defaultValue = "float32",
      description =
          "In what the passes of the training are computed: float32, or bf16 for convolutions that"
              + " round what they multiply to 8 bits. Parameters, sums and the saved model are float32.")
  private Precision precision;

  @Option(names = "--seed", defaultValue = "1", description = "Of weights, order, augmentation.")
  private long seed;

  @Option(
      names = "--workers",
      defaultValue = "0",
      description =
          "Tasks that train together; 0 for one an executor, where Spark's configuration tells how many"
              + " there will be.")
  private int workers;

  @Option(
      names = "--min-workers",
      defaultValue = "0",
      description = "The fewest tasks to go on with after a loss; 0 for as many as --workers.")
  private int minWorkers;

  @Option(
      names = "--max-restarts",
      defaultValue = "3",
      description = "How often to begin again from the newest checkpoint after a loss.")
  private int maxRestarts;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "0",
      paramLabel = "INTERVAL",
      description =
          "What lies between checkpoints inside an epoch: 5000samples, 0.5epochs, 10min; 0 for one an"
              + " epoch.")
  private CheckpointInterval checkpointEvery;

  @Option(
      names = "--keep-last",
      defaultValue = "2",
      description = "How many of the newest checkpoints stay, at least 2.")
  private int keepLast;

  @Option(
      names = "--wait",
      defaultValue = "60",
      description = "Seconds to wait for executors before giving up.")
  private int wait;

  @Option(
      names = "--events",
      paramLabel = "FILE",
      description =
          "Append everything that happens to this file of the driver's machine, a line of JSON each.")
  private Path events;

  @Option(
      names = "--register",
      paramLabel = "NAME[@ALIAS]",
      description =
          "Make the model a version of this name in the registry of MLflow, whose server"
              + " MLFLOW_TRACKING_URI names.")
  private ModelName register;

  @Option(
      names = "--allow-cpu",
      description =
          "Compute on the CPU where Spark gave a GPU that libtorch does not see, which is refused"
              + " otherwise.")
  private boolean allowCpu;

  @Mixin private NetworkFlags network;

  @Override
  public Integer call() {
    TrainOptions options = Preflight.checked(this::options);
    RunOptions run = Preflight.checked(this::run);
    Preflight.train(options);
    MlflowRun mlflow = mlflow(options);
    PrintWriter console = spec.commandLine().getOut();
    try (mlflow;
        EventsFile file = events == null ? null : EventsFile.append(events);
        Session session = Session.open("train " + options.preset());
        ProgressConsole progress =
            new ProgressConsole(spec.commandLine().getErr(), options.preset(), options.epochs())) {
      if (allowCpu) {
        Devices.allowCpu(session.spark().sparkContext());
      }
      TrainListener shown = new ConfigurationConsole(spec.commandLine().getErr(), progress);
      TrainListener listener = (file == null ? shown : shown.andThen(file)).andThen(mlflow);
      TrainResult result = TrainJob.run(session.spark(), options, run, listener);
      progress.close();
      print(console, result);
      CardJob.afterTraining(session.spark(), options, result.model());
      if (mlflow.isActive()) {
        mlflow.finished(
            folder ->
                RunArtifacts.write(
                    result,
                    session.spark().sparkContext().hadoopConfiguration(),
                    JarFacts.read().tool(),
                    folder),
            register == null ? ModelName.NONE : register);
      }
      return 0;
    }
  }

  private RunOptions run() {
    return RunOptions.in(out)
        .withMode(synchronisation.mode())
        .withWorkers(workers)
        .withMinWorkers(minWorkers)
        .withMaxRestarts(maxRestarts)
        .withCheckpointEvery(checkpointEvery)
        .withKeepLast(keepLast)
        .withPatience(Duration.ofSeconds(wait))
        .withSync(network.options());
  }

  private MlflowRun mlflow(TrainOptions options) {
    MlflowRun run = Preflight.checked(() -> MlflowRun.of(System.getenv(), options.preset()));
    if (register != null && !run.isActive()) {
      throw new UsageException("--register needs a server: set MLFLOW_TRACKING_URI");
    }
    if (register != null && run.isManaged()) {
      throw new UsageException(
          "--register does not reach Unity Catalog: leave it out, export the model for MLflow, and"
              + " run cluster-configs/databricks/register.py");
    }
    return run;
  }

  TrainOptions options() {
    if (preset != null && model != null) {
      throw new UsageException("Give --preset or --model, not both");
    }
    String name = model == null ? preset : ModelFile.name(model);
    if (file == null && (name == null || data == null)) {
      throw new UsageException(
          "Missing " + (name == null ? "--preset or --model" : "--data") + " (or --options)");
    }
    ModelSpec network = model == null ? null : ModelFile.read(model);
    TrainOptions base =
        file == null
            ? TrainOptions.builder(name, data).network(network).build()
            : OptionsFile.read(file, named(name, network));
    Given given = new Given(spec.commandLine().getParseResult());
    TrainOptions options =
        base.toBuilder()
            .split(given.or("--split", split, base.split()))
            .epochs(given.or("--epochs", epochs, base.epochs()))
            .batch(given.or("--batch", batch, base.batch()))
            .microBatch(given.or("--micro-batch", microBatch, base.microBatch()))
            .wire(given.or("--wire", wire, base.wire()))
            .optimizer(optimizer.optimizer(given, base.optimizer()))
            .learningRate(given.or("--learning-rate", learningRate, base.learningRate()))
            .schedule(given.or("--schedule", schedule, base.schedule()))
            .warmUp(given.or("--warm-up", warmUp, base.warmUp()))
            .localSteps(synchronisation.localSteps(given, base.localSteps()))
            .loss(update.loss(given, base.loss()))
            .update(update.update(given, base.update()))
            .validation(validation.validation(given, base.validation()))
            .start(start.start(given, base.start()))
            .augmentation(given.or("--augment", augmentation, base.augmentation()))
            .inputScale(given.or("--input-scale", inputScale, base.inputScale()))
            .evaluation(given.or("--evaluation", evaluation, base.evaluation()))
            .precision(given.or("--precision", precision, base.precision()))
            .seed(given.or("--seed", seed, base.seed()))
            .build();
    UnusedOptions.refuse(options);
    return options;
  }

  private Map<String, Object> named(String name, ModelSpec network) {
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("preset", name);
    given.put("data", data);
    given.values().removeIf(Objects::isNull);
    if (name != null) {
      given.put("network", network);
    }
    return given;
  }

  static void print(PrintWriter console, TrainResult result) {
    console.printf(
        Locale.ROOT,
        "Trained %s (%,d parameters) on %,d images with %d workers in %.1f s%n",
        result.card().preset(),
        result.card().parameters(),
        result.card().samples(),
        result.workers(),
        result.seconds());
    console.printf(Locale.ROOT, "Model: %s%n", result.model());
  }
}
