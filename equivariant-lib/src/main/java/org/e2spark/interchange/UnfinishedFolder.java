package org.e2spark.interchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Writes folders that are there whole or not at all. */
public final class UnfinishedFolder {

  /** What writes the content. */
  @FunctionalInterface
  public interface Content {
    /** Writes into a folder that is there and empty. */
    void write(Path folder) throws IOException;
  }

  private UnfinishedFolder() {}

  /**
   * Writes under another name, which the folder loses when all is written.
   *
   * @param folder that is not there yet, in one that is
   * @throws FileAlreadyExistsException if it is there
   * @throws IOException if writing fails; then nothing is left
   */
  public static void write(Path folder, Content content) throws IOException {
    Path target = folder.toAbsolutePath();
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(folder + " exists already: name a folder that does not");
    }
    Path unfinished = target.resolveSibling("." + target.getFileName() + ".unfinished");
    delete(unfinished);
    try {
      Files.createDirectory(unfinished);
      content.write(unfinished);
      Files.move(unfinished, target);
    } finally {
      delete(unfinished);
    }
  }

  /** Deletes a folder with all that is in it, if it is there. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
