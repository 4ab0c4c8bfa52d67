package org.e2spark.checkpoint;

import java.util.List;

/**
 * What a complete checkpoint or model directory holds; written last.
 *
 * @param formatVersion {@link #FORMAT_VERSION}
 * @param files every other file of the directory
 */
public record Manifest(int formatVersion, List<VerifiedDirectory.Entry> files) {

  public static final int FORMAT_VERSION = 1;
  public static final String FILE = "manifest.json";

  /** Copies the list. */
  public Manifest {
    files = List.copyOf(files);
  }

  public static Manifest parse(byte[] content, String where) {
    Manifest manifest =
        Json.read(
            new String(content, java.nio.charset.StandardCharsets.UTF_8), Manifest.class, where);
    if (manifest.formatVersion() != FORMAT_VERSION) {
      throw new CheckpointException(
          where
              + " has format "
              + manifest.formatVersion()
              + "; this e2spark reads format "
              + FORMAT_VERSION);
    }
    return manifest;
  }
}
