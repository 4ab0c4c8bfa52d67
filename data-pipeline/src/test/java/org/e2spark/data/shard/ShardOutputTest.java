package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that outlive their job, as a slow twin of a speculative task does. */
class ShardOutputTest {
  private static final String FILE = "train-00000.arrow";
  private static final ShardLayout LAYOUT = ShardLayout.forShape(new ImageShape(1, 2, 2));

  @TempDir Path dir;

  private static ShardSummary write(ShardOutput.Attempt attempt) throws IOException {
    try (ShardWriter writer = new ShardWriter(attempt.stream(), LAYOUT, 1)) {
      writer.add(0, 0, new byte[] {1, 2, 3, 4});
      return writer.finish();
    }
  }

  private ShardManifest manifest() throws IOException {
    Path elsewhere = dir.resolve("elsewhere");
    return TestShards.write(elsewhere, LAYOUT, 1);
  }

  @Test
  void aTaskThatOutlivesItsJobChangesNothing() throws IOException {
    var directory = new org.apache.hadoop.fs.Path(dir.resolve("shards").toUri());
    ShardOutput output = ShardOutput.create(directory, new Configuration());
    ShardOutput.Attempt first = output.attempt(FILE);
    ShardOutput.Attempt slow = output.attempt(FILE);
    first.publish(write(first));
    ShardSummary late = write(slow);
    output.publish(manifest());
    assertThatThrownBy(() -> slow.publish(late)).isInstanceOf(FileNotFoundException.class);
    assertThatThrownBy(() -> output.attempt(FILE))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("has ended");
    assertThat(Files.size(dir.resolve("shards").resolve(FILE))).isEqualTo(late.bytes());
    try (var files = Files.list(dir.resolve("shards"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void twoTasksOfOneShardDoNotDisturbEachOther() throws IOException {
    var directory = new org.apache.hadoop.fs.Path(dir.resolve("shards").toUri());
    ShardOutput output = ShardOutput.create(directory, new Configuration());
    ShardOutput.Attempt first = output.attempt(FILE);
    ShardOutput.Attempt second = output.attempt(FILE);
    ShardSummary one = write(first);
    ShardSummary two = write(second);
    first.publish(one);
    byte[] published = Files.readAllBytes(dir.resolve("shards").resolve(FILE));
    second.publish(two);
    assertThat(Files.readAllBytes(dir.resolve("shards").resolve(FILE))).isEqualTo(published);
    assertThat(two.checksum()).isEqualTo(one.checksum());
  }
}
