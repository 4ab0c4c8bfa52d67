package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.e2spark.engine.Devices;
import org.e2spark.infer.CardJob;
import org.e2spark.infer.EvaluateJob;
import org.e2spark.infer.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark evaluate}. */
@Command(
    name = "evaluate",
    description = "Measures a trained model on prepared shards.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A run's or a model's directory.")
  private String model;

  @Option(names = "--data", required = true, description = "The shard directory.")
  private String data;

  @Option(names = "--split", defaultValue = "test", description = "The split to measure on.")
  private String split;

  @Option(
      names = "--evaluation",
      paramLabel = "WAY",
      description =
          "How convolutions are evaluated: dense, factorised, or auto (whichever each task measures"
              + " as fastest); what was saved with the model if left out.")
  private org.e2spark.nn.convolution.Evaluation evaluation;

  @Option(
      names = "--card",
      description =
          "Write the model's README.md anew, with the error per class on this split and what becomes"
              + " of the logits of turned images.")
  private boolean card;

  @Option(
      names = "--allow-cpu",
      description =
          "Compute on the CPU where Spark gave a GPU that libtorch does not see, which is refused"
              + " otherwise.")
  private boolean allowCpu;

  @Override
  public Integer call() {
    EvaluateJob.check(model, data, split, Preflight.configuration());
    try (Session session = Session.open("evaluate")) {
      if (allowCpu) {
        Devices.allowCpu(session.spark().sparkContext());
      }
      Evaluation found = EvaluateJob.run(session.spark(), model, data, split, evaluation);
      print(spec.commandLine().getOut(), found);
      if (card) {
        CardJob.write(
            model, data, split, found, session.spark().sparkContext().hadoopConfiguration());
      }
      return 0;
    }
  }

  static void print(PrintWriter console, Evaluation evaluation) {
    console.printf(
        Locale.ROOT,
        "Error on %s: %.2f %% (%d of %,d images), loss %.4f, %.1f s%n",
        evaluation.split(),
        100 * evaluation.errorRate(),
        evaluation.errors(),
        evaluation.samples(),
        evaluation.loss(),
        evaluation.seconds());
  }
}
