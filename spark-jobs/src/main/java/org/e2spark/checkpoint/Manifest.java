package org.e2spark.checkpoint;

import java.util.List;

/**
 * What a complete checkpoint or model directory holds; written last.
 *
 * @param files every other file of the directory
 */
public record Manifest(List<VerifiedDirectory.Entry> files) {

  public static final String FILE = "manifest.json";

  public static final VersionedFormat<Manifest> FORMAT = VersionedFormat.of(FILE, Manifest.class);

  /** Copies the list. */
  public Manifest {
    files = List.copyOf(files);
  }
}
