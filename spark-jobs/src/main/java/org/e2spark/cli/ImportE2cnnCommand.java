package org.e2spark.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.task.UserPath;
import org.e2spark.e2cnn.Naming;
import org.e2spark.export.E2cnnImport;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Presets;
import org.e2spark.text.Text;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark import-e2cnn}. */
@Command(
    name = "import-e2cnn",
    description =
        "Makes a model of the state dict of a network that was trained with e2cnn 0.2 or, on images, with escnn 1, "
            + "for evaluate, export, explain, and for training on from it. Kernel bases, filters and shifts that the "
            + "file holds besides parameters must be what they are here; weights of other bases of the same kernels "
            + "are converted. Starts no Spark.",
    mixinStandardHelpOptions = true)
final class ImportE2cnnCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "As torch.save wrote it, on this machine.")
  private Path file;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NETWORK",
      description =
          "The same network here: one of e2spark presets, or a JSON file as train --model takes it.")
  private String network;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the model shall be; it must not hold one.")
  private String out;

  @Option(
      names = "--entry",
      paramLabel = "KEY",
      description =
          "The key of the state dict in the file, where the file holds more. May be repeated, from the"
              + " outermost.")
  private List<String> entry = List.of();

  @ArgGroup private Names names;

  /** How entries find their parameters, if not by their names. */
  private static final class Names {

    @Option(
        names = "--mapping",
        paramLabel = "FILE",
        description =
            "Lines of two names each: what entries' names begin with, and what takes its place here,"
                + " as in 'block1.0 features.0'.")
    private Path mapping;

    @Option(
        names = "--by-order",
        description = "The first module with parameters is the first one here, and so on.")
    private boolean byOrder;
  }

  @Option(
      names = "--shape",
      paramLabel = "CxHxW",
      description = "Of the images it was trained on (default: those of the preset).")
  private ImageShape shape;

  @Option(
      names = "--class-names",
      split = ",",
      paramLabel = "NAME",
      description = "By label, joined by commas (default: 0, 1, ... as the preset has).")
  private List<String> classNames = List.of();

  @Option(
      names = "--mean",
      split = ",",
      paramLabel = "NUMBER",
      description =
          "Of pixel / 255, one a channel: what its inputs were normalised with (default: 0).")
  private List<Double> mean = List.of();

  @Option(
      names = "--std",
      split = ",",
      paramLabel = "NUMBER",
      description = "Of pixel / 255, one a channel (default: 1).")
  private List<Double> std = List.of();

  @Override
  public Integer call() {
    if (!Files.isRegularFile(file)) {
      throw new UsageException("Cannot read " + file + ": there is no such file");
    }
    E2cnnImport importer = importer();
    Configuration configuration = Preflight.configuration();
    org.apache.hadoop.fs.Path target = UserPath.qualify(out, configuration);
    try {
      if (target.getFileSystem(configuration).exists(target)) {
        throw new UsageException("Cannot write " + out + ": name a folder that is not there");
      }
      E2cnnImport.Imported imported = importer.read(file, entry, naming());
      imported.model().write(target, configuration);
      spec.commandLine()
          .getOut()
          .println(
              Text.format(
                  "Imported %s: %d entries; %d bases (%d converted) and %d filters in it are what they are here",
                  out,
                  imported.verified().parameters(),
                  imported.verified().bases(),
                  imported.verified().converted(),
                  imported.verified().filters()));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot import " + file + ": " + e.getMessage(), e);
    }
    return 0;
  }

  private E2cnnImport importer() {
    boolean isFile = network.endsWith(ModelFile.SUFFIX);
    ModelSpec made =
        isFile
            ? ModelFile.read(Path.of(network))
            : Preflight.checked(() -> Presets.published(network));
    int classes = classNames.isEmpty() ? made.classes() : classNames.size();
    ImageInput images =
        shape == null
            ? made.input()
            : new ImageInput(shape.channels(), shape.height(), shape.width());
    return new E2cnnImport(
        isFile ? ModelFile.name(Path.of(network)) : network,
        isFile
            ? made.withInput(images).withClasses(classes)
            : Presets.spec(network, images, classes),
        classNames.isEmpty()
            ? IntStream.range(0, classes).mapToObj(Integer::toString).toList()
            : classNames,
        mean.isEmpty() ? Collections.nCopies(images.channels(), 0.0) : mean,
        std.isEmpty() ? Collections.nCopies(images.channels(), 1.0) : std);
  }

  private Naming naming() throws IOException {
    if (names == null) {
      return Naming.published();
    }
    return names.byOrder ? Naming.inOrder() : Naming.mapped(mapping(names.mapping));
  }

  private static Map<String, String> mapping(Path file) throws IOException {
    Map<String, String> prefixes = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.strip().split("\\s+", -1);
      if (words.length != 2) {
        throw new UsageException(file + ": '" + line + "' is not two names");
      }
      prefixes.put(words[0], words[1]);
    }
    return prefixes;
  }
}
