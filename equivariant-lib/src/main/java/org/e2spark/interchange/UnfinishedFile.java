package org.e2spark.interchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that are there wholly or not at all. */
public final class UnfinishedFile {

  /** What writes the content, and may close the stream. */
  @FunctionalInterface
  public interface Content {
    /** Writes. */
    void write(OutputStream out) throws IOException;
  }

  private UnfinishedFile() {}

  /**
   * Writes beside the file, which is replaced when all is written.
   *
   * @throws IOException if writing fails; then the file is as it was
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Path unfinished = target.resolveSibling("." + target.getFileName() + ".unfinished");
    try {
      try (OutputStream out = Files.newOutputStream(unfinished)) {
        content.write(out);
      }
      Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
