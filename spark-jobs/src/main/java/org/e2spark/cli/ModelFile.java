package org.e2spark.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.e2spark.model.ModelSpec;
import org.e2spark.spec.SpecException;

/** A network that somebody has written down, {@code --model FILE}. */
final class ModelFile {

  /** Of such files. */
  static final String SUFFIX = ".json";

  private ModelFile() {}

  /** The network's name: that of its file. */
  static String name(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /**
   * Reads the network and builds it once.
   *
   * @throws UsageException if it cannot be read or built, with the path of the value
   */
  static ModelSpec read(Path file) {
    try {
      ModelSpec spec = ModelSpec.parse(Files.readString(file));
      spec.build();
      return spec;
    } catch (SpecException e) {
      throw new UsageException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UsageException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
