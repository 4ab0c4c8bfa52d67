package org.e2spark.cli;

import java.util.List;
import org.e2spark.train.StartOptions;
import picocli.CommandLine.Option;

/** The options that say which values a training begins with. */
final class StartFlags {

  @Option(
      names = "--start-from",
      paramLabel = "MODEL",
      defaultValue = "",
      description = "A saved model, or a run, whose values it begins with.")
  private String model;

  @Option(
      names = "--reinitialize",
      paramLabel = "PATTERN",
      description =
          "A regular expression in the names of parameters that begin anew, such as a head for other"
              + " classes. May be repeated.")
  private List<String> reinitialize = List.of();

  @Option(
      names = "--freeze",
      paramLabel = "PATTERN",
      description =
          "A regular expression in the names of parameters and running statistics that stay as they"
              + " are. May be repeated.")
  private List<String> frozen = List.of();

  /**
   * Where it begins.
   *
   * @param given of these options
   * @param file what holds where they are not
   * @throws IllegalArgumentException naming the pattern that is none
   */
  StartOptions start(Given given, StartOptions file) {
    return new StartOptions(
        given.or("--start-from", model, file.model()),
        given.or("--reinitialize", reinitialize, file.reinitialize()),
        given.or("--freeze", frozen, file.frozen()));
  }
}
