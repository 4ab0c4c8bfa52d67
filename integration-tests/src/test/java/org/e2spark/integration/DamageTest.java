package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged shard is named, and nothing is trained on it. */
class DamageTest {
  @TempDir Path directory;

  @Test
  void oneFlippedBitStopsTheTrainingAndNamesTheFile() throws IOException {
    Path shards = directory.resolve("shards");
    copy(Digits.shards(), shards);
    Path victim;
    try (var files = Files.walk(shards)) {
      victim =
          files
              .filter(file -> file.getFileName().toString().matches(".*train.*\\.arrow"))
              .sorted()
              .findFirst()
              .orElseThrow();
    }
    flipABitInTheMiddle(victim);
    Path out = directory.resolve("run");
    Tool.Run run =
        Tool.run(
            "train",
            "--master",
            "local-cluster[2,1,2048]",
            "--preset",
            "quickstart/cnn",
            "--data",
            shards.toString(),
            "--out",
            out.toString(),
            "--workers",
            "2",
            "--epochs",
            "1");
    assertThat(run.exit()).as(run.all()).isNotZero();
    assertThat(run.err().get(run.err().size() - 1))
        .startsWith("e2spark: ")
        .contains(victim.getFileName().toString());
    assertThat(run.err()).noneMatch(Tool::isProgress);
    assertThat(out.resolve("model")).doesNotExist();
  }

  static void flipABitInTheMiddle(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(content));
    }
  }

  static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
