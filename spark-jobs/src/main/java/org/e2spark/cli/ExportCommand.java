package org.e2spark.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.RunDirectory;
import org.e2spark.export.ExportFormat;
import org.e2spark.export.ExportInput;
import org.e2spark.export.ModelExport;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.savedmodel.SavedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark export}. */
@Command(
    name = "export",
    description =
        "Writes a trained model for use elsewhere. Without its groups: torchscript and onnx are one"
            + " file each, safetensors the weights of the plain layers, mlflow a folder. e2cnn is a"
            + " folder for the Python library, groups and all. Starts no Spark.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A run's or a model's directory.")
  private String model;

  @Option(
      names = "--format",
      required = true,
      paramLabel = "FORMAT",
      description = "torchscript, onnx, safetensors, mlflow or e2cnn.")
  private ExportFormat format;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PATH",
      description =
          "On this machine: a file, which is replaced; for mlflow and e2cnn a folder that is not"
              + " there.")
  private Path out;

  @Option(
      names = "--raw-pixels",
      description =
          "The network takes uint8 pixels of 0 to 255 and normalises them itself; otherwise it"
              + " takes float32 that the caller normalised.")
  private boolean rawPixels;

  @Option(
      names = "--evaluation",
      paramLabel = "WAY",
      defaultValue = "dense",
      description =
          "How the file computes convolutions: dense, by filters; factorised, without them, much"
              + " faster for many rotations; auto, as was measured in training, or now. Other than"
              + " dense: torchscript only, for images of the size that the model was trained on.")
  private Evaluation evaluation;

  @Override
  public Integer call() {
    if (evaluation != Evaluation.DENSE && format != ExportFormat.TORCHSCRIPT) {
      throw new UsageException(
          "--evaluation other than dense is for --format torchscript only: other formats have no"
              + " factorised convolutions");
    }
    Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new UsageException("Cannot write " + out + ": name a path in a folder that exists");
    }
    if (!format.isFolder() && Files.isDirectory(out)) {
      throw new UsageException("Cannot write " + out + ": it is a folder");
    }
    Configuration configuration = Preflight.configuration();
    SavedModel saved =
        SavedModel.read(
            RunDirectory.modelIn(UserPath.qualify(model, configuration), configuration),
            configuration);
    ExportInput input = rawPixels ? ExportInput.RAW_PIXELS : ExportInput.NORMALIZED;
    new ModelExport(saved, input, evaluation, JarFacts.read().tool()).write(format, out);
    spec.commandLine().getOut().println("Exported " + out);
    return 0;
  }
}
