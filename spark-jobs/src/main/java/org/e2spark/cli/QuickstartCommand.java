package org.e2spark.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.prepare.MnistSample;
import org.e2spark.data.prepare.PrepareJob;
import org.e2spark.data.prepare.PrepareOptions;
import org.e2spark.engine.RunOptions;
import org.e2spark.engine.TrainJob;
import org.e2spark.engine.TrainResult;
import org.e2spark.infer.CardJob;
import org.e2spark.infer.EvaluateJob;
import org.e2spark.infer.Evaluation;
import org.e2spark.train.TrainOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code e2spark quickstart}. */
@Command(
    name = "quickstart",
    description =
        "Trains a small C8-steerable network on 3,000 shipped handwritten digits, each turned by four random "
            + "angles, with two workers that sum their gradients at every step; tests it on 1,000 others. "
            + "Run again, it goes on where it stopped.",
    mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {

  private static final int WORKERS = 2;
  private static final int BATCH = 32;
  private static final double RATE = 1e-2;
  private static final int ANGLES = 4;
  private static final int SIDE = 29;
  private static final long SEED = 1;
  private static final String STEERABLE = "quickstart/c8";
  private static final String CONVENTIONAL = "quickstart/cnn";
  private static final List<String> COMPARED =
      List.of(
          "quickstart/cnn-narrow", "quickstart/c1", "quickstart/c4", STEERABLE, "quickstart/d4");

  @Spec private CommandSpec spec;

  @Option(names = "--out", defaultValue = "e2spark-quickstart", description = "Where all goes.")
  private java.nio.file.Path out;

  @Option(
      names = "--baseline",
      description = "Also trains a conventional network with more parameters, the same way.")
  private boolean baseline;

  @Option(
      names = "--compare",
      paramLabel = "SEEDS",
      description =
          "Instead trains a conventional network and steerable ones of C1, C4, C8 and D4, all of about as many "
              + "parameters, with this many seeds each, and prints the means.")
  private int compared;

  @Option(names = "--epochs", defaultValue = "4", description = "Times through the images.")
  private int epochs;

  @Override
  public Integer call() {
    requireOneComparison();
    PrintWriter console = spec.commandLine().getOut();
    java.nio.file.Path root = out.toAbsolutePath().normalize();
    try (Session session = Session.open("quickstart")) {
      SparkSession spark = session.spark();
      Path shards = new Path(root.resolve("shards").toUri());
      var source = MnistSample.extract(root.resolve("mnist"));
      PrepareCommand.print(
          console, PrepareJob.run(spark, source, shards, preparation()), shards.toString());
      var table = new ComparisonTable();
      for (int seed = 1; seed <= Math.max(1, compared); seed++) {
        for (String preset : presets()) {
          Outcome outcome = train(spark, preset, seed, shards, root);
          print(console, outcome);
          table.add(outcome.run());
        }
      }
      if (presets().size() > 1) {
        table.print(console);
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + root, e);
    }
  }

  private void requireOneComparison() {
    if (compared < 0) {
      throw new UsageException("Invalid --compare: " + compared + " (must be at least 1)");
    }
    if (compared > 0 && baseline) {
      throw new UsageException("Give either --compare or --baseline");
    }
  }

  private List<String> presets() {
    if (compared > 0) {
      return COMPARED;
    }
    return baseline ? List.of(STEERABLE, CONVENTIONAL) : List.of(STEERABLE);
  }

  /** Images of 29 by 29 have a centre pixel, so every stride of two meets it. */
  private static PrepareOptions preparation() {
    return PrepareOptions.builder()
        .seed(SEED)
        .copies(ANGLES)
        .rotation(Interpolation.BILINEAR)
        .padding(SIDE, SIDE)
        .build();
  }

  private record Outcome(TrainResult result, Evaluation evaluation) {

    ComparisonTable.Run run() {
      return new ComparisonTable.Run(
          result.card().preset(),
          result.card().parameters(),
          100 * evaluation.errorRate(),
          result.seconds());
    }
  }

  private Outcome train(
      SparkSession spark, String preset, long seed, Path shards, java.nio.file.Path root) {
    TrainOptions options =
        TrainOptions.builder(preset, shards.toString())
            .epochs(epochs)
            .batch(BATCH)
            .learningRate(RATE)
            .seed(seed)
            .build();
    String name = preset.substring(preset.lastIndexOf('/') + 1);
    java.nio.file.Path directory = root.resolve(seed == SEED ? name : name + "-seed" + seed);
    RunOptions run = RunOptions.in(directory.toUri().toString()).withWorkers(WORKERS);
    TrainResult result;
    try (ProgressConsole progress =
        new ProgressConsole(spec.commandLine().getErr(), preset, epochs)) {
      result = TrainJob.run(spark, options, run, progress);
    }
    Evaluation evaluation = EvaluateJob.run(spark, result.model(), shards.toString(), "test");
    CardJob.write(
        result.model(),
        shards.toString(),
        "test",
        evaluation,
        spark.sparkContext().hadoopConfiguration());
    return new Outcome(result, evaluation);
  }

  private static void print(PrintWriter console, Outcome outcome) {
    TrainCommand.print(console, outcome.result());
    EvaluateCommand.print(console, outcome.evaluation());
  }
}
