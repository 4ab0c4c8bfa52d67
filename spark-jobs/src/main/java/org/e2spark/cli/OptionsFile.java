package org.e2spark.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.e2spark.checkpoint.Json;
import org.e2spark.train.TrainOptions;

/** A file of training options that people write. */
final class OptionsFile {

  private OptionsFile() {}

  /**
   * Reads options.
   *
   * @throws UsageException when the file cannot be read, or has something that is no option
   */
  static TrainOptions.Builder read(Path file) {
    try {
      return Json.read(Files.readString(file), TrainOptions.Builder.class, file.toString());
    } catch (IOException e) {
      throw new UsageException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
