package org.e2spark.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.e2spark.data.prepare.MnistSample;

/**
 * The shipped digits as shards of 29x29 pixels, half of them to train on, prepared once for all
 * tests that do.
 */
final class Digits {
  /** Images to train on. */
  static final int TRAINING = 1_500;

  private static Path prepared;

  private Digits() {}

  /** The shard directory, which nobody changes. */
  static synchronized Path shards() {
    if (prepared == null) {
      try {
        Path directory = Files.createTempDirectory(Path.of("target"), "digits").toAbsolutePath();
        MnistSample.extract(directory.resolve("raw"));
        prepared = directory.resolve("shards");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Tool.Run run =
          Tool.run(
              "prepare",
              "idx",
              "--from",
              prepared.resolveSibling("raw").toString(),
              "--out",
              prepared.toString(),
              "--pad",
              "29x29",
              "--split",
              "train=0.5,validation=0.5",
              "--master",
              "local[1]");
      if (run.exit() != 0) {
        throw new AssertionError("The digits were not prepared: " + run.all());
      }
    }
    return prepared;
  }
}
