package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.e2spark.data.source.SizeConversion;
import org.e2spark.data.source.TableImages;
import org.e2spark.engine.Devices;
import org.e2spark.infer.ExtractJob;
import org.e2spark.infer.ExtractOptions;
import org.e2spark.infer.FeatureRequest;
import org.e2spark.infer.InvalidImages;
import org.e2spark.model.FeatureKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark extract}. */
@Command(
    name = "extract",
    description =
        "Writes a table of what a trained model says of images: a vector of each, and its class if asked.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Columns: those of the input, without pixels of shards and contents of image files; features;",
      "with --predict probabilities, prediction and className; with --on-invalid keep invalidReason."
    })
final class ExtractCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A run's or a model's directory.")
  private String model;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DATA",
      description =
          "Prepared shards, a folder of image files, or a table (Parquet, Delta); which, its contents "
              + "say.")
  private String from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description =
          "The folder to write: one that is not there, or that an unfinished run of the same has left.")
  private String to;

  @Option(names = "--split", defaultValue = "test", description = "Of shards.")
  private String split;

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      defaultValue = "",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description =
          "Whose output the vectors are made of, such as features.7; left out, the vector that the model "
              + "decides by.")
  private String layer;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      defaultValue = "invariant",
      description =
          "What of the layer's output: invariant (one number a field, the same however the image is "
              + "turned), channels (each averaged over positions), orientations (one number a symmetry) "
              + "or map (all values).")
  private FeatureKind kind;

  @Option(names = "--predict", description = "Add probabilities, prediction and className.")
  private boolean predict;

  @Option(
      names = "--on-invalid",
      paramLabel = "WHAT",
      defaultValue = "error",
      description =
          "What becomes of images that cannot be read: error, skip (left out and counted) or keep "
              + "(without results, with the reason).")
  private InvalidImages invalid;

  @Option(
      names = "--resize",
      description = "Resample images of another height or width, which are refused otherwise.")
  private boolean resize;

  @Option(
      names = "--image-column",
      paramLabel = "NAME",
      defaultValue = "image",
      description = "The column of a table's images.")
  private String imageColumn;

  @Option(
      names = "--image-format",
      paramLabel = "FORM",
      defaultValue = "encoded",
      description = "What that column holds if it is binary: encoded, chw-bytes or hwc-bytes.")
  private TableImages binary;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "parquet",
      description = "Of the output: parquet, or delta (needs Delta Lake's jar).")
  private ExtractOptions.TableFormat format;

  @Option(
      names = "--allow-cpu",
      description =
          "Compute on the CPU where Spark gave a GPU that libtorch does not see, which is refused "
              + "otherwise.")
  private boolean allowCpu;

  @Override
  public Integer call() {
    Preflight.source(from);
    ExtractOptions options =
        new ExtractOptions(
            model,
            from,
            split,
            imageColumn,
            binary,
            resize ? SizeConversion.RESIZE : SizeConversion.NONE,
            invalid,
            new FeatureRequest(layer, kind),
            predict ? ExtractOptions.Predictions.ADDED : ExtractOptions.Predictions.LEFT_OUT,
            to,
            format);
    try (Session session = Session.open("extract")) {
      if (allowCpu) {
        Devices.allowCpu(session.spark().sparkContext());
      }
      print(spec.commandLine().getOut(), ExtractJob.run(session.spark(), options));
      return 0;
    }
  }

  private void print(PrintWriter console, ExtractJob.Extracted extracted) {
    console.printf(
        Locale.ROOT,
        "Extracted %,d rows to %s (%.1f s, %,.0f images/s)%n",
        extracted.rows(),
        to,
        extracted.seconds(),
        extracted.rows() / extracted.seconds());
    if (extracted.invalid() > 0) {
      console.printf(
          Locale.ROOT,
          "Images that cannot be read: %,d, %s%n",
          extracted.invalid(),
          invalid == InvalidImages.SKIP ? "left out" : "kept with the reason in invalidReason");
    }
  }
}
