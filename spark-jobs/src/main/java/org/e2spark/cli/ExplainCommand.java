package org.e2spark.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageFile;
import org.e2spark.data.source.ImageNote;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.RunDirectory;
import org.e2spark.explain.Explanation;
import org.e2spark.explain.Stability;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark explain}. */
@Command(
    name = "explain",
    description =
        "Shows what a trained model makes of one image that turns: its fields as an animation, its kernels, "
            + "its classes at every angle, and how equivariant each layer is. Starts no Spark.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A run's or a model's directory.")
  private String model;

  @Option(
      names = "--image",
      required = true,
      paramLabel = "FILE",
      description = "PNG, JPEG, BMP or TIFF, on this machine; brought to the model's size.")
  private Path image;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "A folder on this machine that is not there; index.html in it shows all.")
  private Path out;

  @Override
  public Integer call() {
    Path parent = out.toAbsolutePath().getParent();
    if (Files.exists(out) || parent == null || !Files.isDirectory(parent)) {
      throw new UsageException(
          "Cannot write " + out + ": name a folder that is not there, in one that is");
    }
    if (!Files.isRegularFile(image)) {
      throw new UsageException("Cannot read " + image + ": there is no such file");
    }
    Configuration configuration = Preflight.configuration();
    SavedModel saved =
        SavedModel.read(
            RunDirectory.modelIn(UserPath.qualify(model, configuration), configuration),
            configuration);
    var explanation = new Explanation(saved, model);
    try {
      ImageFile read = ImageFile.read(image, saved.card().shape());
      if (!read.notes().isEmpty()) {
        print(
            read.notes().stream()
                .map(ImageNote::text)
                .collect(Collectors.joining(", ", image + ": ", "")));
      }
      tell(saved.card(), explanation.write(read.pixels(), out).stability());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + out + ": " + e.getMessage(), e);
    }
    return 0;
  }

  private void tell(ModelCard card, Stability stability) {
    Stability.View upright = stability.upright();
    int taken = upright.predicted();
    print(
        Text.format(
            "Taken for %s (%.1f %%); the same at %.0f %% of all angles. See %s",
            card.classNames().get(taken),
            100 * upright.probabilities().get(taken),
            100 * stability.agreement(),
            out.resolve("index.html")));
  }

  private void print(String line) {
    spec.commandLine().getOut().println(line);
  }
}
