package org.e2spark.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.e2spark.train.ClassWeights;
import org.e2spark.train.Loss;
import org.e2spark.train.UpdateOptions;
import picocli.CommandLine.Option;

/** The options that say what is minimised, and what is done with a gradient. */
final class UpdateFlags {

  private static final String EQUAL = "none";
  private static final String BALANCED = "balanced";

  @Option(
      names = "--class-weights",
      paramLabel = "none|balanced|FILE",
      defaultValue = EQUAL,
      description =
          "How much each class counts in the loss: all samples the same, all classes the same, or by a"
              + " JSON object of class names and weights. Scaled to a mean of 1 over the samples.")
  private String classWeights;

  @Option(
      names = "--label-smoothing",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Share of a label that is spread over all classes, in [0, 1).")
  private double labelSmoothing;

  @Option(
      names = "--clip-norm",
      paramLabel = "NORM",
      defaultValue = "0",
      description = "Shortens a mean gradient that is longer; 0 for none.")
  private double clipNorm;

  @Option(
      names = "--skip-non-finite",
      paramLabel = "STEPS",
      defaultValue = "0",
      description = "Leaves out so many steps whose loss or gradient is no number before it stops.")
  private int skipNonFinite;

  @Option(
      names = "--average-weights",
      paramLabel = "DECAY",
      defaultValue = "0",
      description =
          "Keeps an exponential moving average of the weights, which is validated and saved in their"
              + " place; such as 0.999. 0 for none.")
  private double averageDecay;

  /**
   * What is minimised.
   *
   * @param given of these options
   * @param file what holds where they are not
   * @throws IllegalArgumentException naming the value that is out of range
   * @throws UsageException when the file of weights cannot be read
   */
  Loss loss(Given given, Loss file) {
    return new Loss(
        given.any("--class-weights") ? weights() : file.classWeights(),
        given.or("--label-smoothing", labelSmoothing, file.labelSmoothing()));
  }

  private ClassWeights weights() {
    return switch (classWeights) {
      case EQUAL -> new ClassWeights.Equal();
      case BALANCED -> new ClassWeights.Balanced();
      default -> new ClassWeights.Given(read(Path.of(classWeights)));
    };
  }

  private static Map<String, Double> read(Path file) {
    try {
      return new ObjectMapper().readValue(Files.readString(file), new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new UsageException(
          file + " is no JSON object of class names and weights: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UsageException(
          "--class-weights takes none, balanced or a file, and cannot read " + e.getMessage(), e);
    }
  }

  /** What is done with a gradient. */
  UpdateOptions update(Given given, UpdateOptions file) {
    return new UpdateOptions(
        given.or("--clip-norm", clipNorm, file.clipNorm()),
        given.or("--skip-non-finite", skipNonFinite, file.skipNonFinite()),
        given.or("--average-weights", averageDecay, file.averageDecay()));
  }
}
