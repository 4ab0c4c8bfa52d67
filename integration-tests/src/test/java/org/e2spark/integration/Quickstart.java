package org.e2spark.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One quick start, run once for all tests that look at what it leaves. */
final class Quickstart {
  private static Quickstart done;

  final Path directory;
  final Tool.Run run;

  private Quickstart(Path directory, Tool.Run run) {
    this.directory = directory;
    this.run = run;
  }

  static synchronized Quickstart get() {
    if (done == null) {
      try {
        Path directory = Files.createTempDirectory(Path.of("target"), "quickstart");
        Path out = directory.toAbsolutePath().resolve("out");
        done = new Quickstart(out, Tool.run("quickstart", "--baseline", "--out", out.toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return done;
  }

  /** The prepared digits. */
  Path shards() {
    if (run.exit() != 0) {
      throw new AssertionError("The quick start failed: " + run.all());
    }
    return directory.resolve("shards");
  }

  Path model() {
    return shards().resolveSibling("c8").resolve("model");
  }
}
