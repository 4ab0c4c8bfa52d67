package org.e2spark.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.e2spark.checkpoint.Json;
import org.e2spark.train.TrainOptions;

/** A file of training options that people write. */
final class OptionsFile {

  private OptionsFile() {}

  /**
   * Reads options.
   *
   * @param given on the command line, which go before what the file says
   * @throws UsageException when the file cannot be read
   * @throws org.e2spark.checkpoint.CheckpointException when it has something that is no option, or
   *     options that must be given are nowhere
   */
  static TrainOptions read(Path file, Map<String, Object> given) {
    try {
      ObjectNode options = Json.read(Files.readString(file), ObjectNode.class, file.toString());
      given.forEach((name, value) -> options.set(name, Json.node(value)));
      return Json.convert(options, TrainOptions.class, file.toString());
    } catch (IOException e) {
      throw new UsageException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
