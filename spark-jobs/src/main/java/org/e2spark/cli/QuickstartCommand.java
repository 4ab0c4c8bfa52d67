package org.e2spark.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
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
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class QuickstartCommand implements Callable<Integer> {

  private static final int WORKERS = 2;
  private static final int BATCH = 32;
  private static final double RATE = 1e-2;
  private static final int ANGLES = 4;
  private static final int SIDE = 29;
  private static final long SEED = 1;

  @Spec private CommandSpec spec;

  @Option(names = "--out", defaultValue = "e2spark-quickstart", description = "Where all goes.")
  private java.nio.file.Path out;

  @Option(
      names = "--baseline",
      description = "Also trains a conventional network with more parameters, the same way.")
  private boolean baseline;

  @Option(names = "--epochs", defaultValue = "4", description = "Times through the images.")
  private int epochs;

  @Override
  public Integer call() {
    PrintWriter console = spec.commandLine().getOut();
    java.nio.file.Path root = out.toAbsolutePath().normalize();
    try (Session session = Session.open("quickstart")) {
      SparkSession spark = session.spark();
      Path shards = new Path(root.resolve("shards").toUri());
      var source = MnistSample.extract(root.resolve("mnist"));
      PrepareCommand.print(
          console, PrepareJob.run(spark, source, shards, preparation()), shards.toString());
      Outcome steerable = train(spark, "quickstart/c8", shards, root.resolve("c8"));
      print(console, steerable);
      if (baseline) {
        Outcome conventional = train(spark, "quickstart/cnn", shards, root.resolve("cnn"));
        print(console, conventional);
        compare(console, steerable, conventional);
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + root, e);
    }
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

  private record Outcome(TrainResult result, Evaluation evaluation) {}

  private Outcome train(
      SparkSession spark, String preset, Path shards, java.nio.file.Path directory) {
    TrainOptions options =
        TrainOptions.builder(preset, shards.toString())
            .epochs(epochs)
            .batch(BATCH)
            .learningRate(RATE)
            .seed(SEED)
            .build();
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
    EvaluateCommand.print(console, outcome.evaluation(), "test");
  }

  private static void compare(PrintWriter console, Outcome... outcomes) {
    console.printf(
        Locale.ROOT, "%n%-16s %12s %12s %10s%n", "network", "parameters", "test error", "seconds");
    for (Outcome outcome : outcomes) {
      console.printf(
          Locale.ROOT,
          "%-16s %,12d %10.2f %% %10.1f%n",
          outcome.result().card().preset(),
          outcome.result().card().parameters(),
          100 * outcome.evaluation().errorRate(),
          outcome.result().seconds());
    }
    console.flush();
  }
}
