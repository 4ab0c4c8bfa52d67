package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageShape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardCacheTest {
  private static final ImageShape SHAPE = new ImageShape(1, 8, 8);
  private static final ShardLayout LAYOUT = new ShardLayout(SHAPE, 16, false);

  @TempDir Path dir;
  private Path cache;
  private Path remote;
  private Configuration configuration;
  private long bytes;

  @BeforeEach
  void write() throws IOException {
    cache = dir.resolve("cache");
    remote = dir.resolve("remote");
    configuration = FarFileSystem.configuration();
    configuration.set(ShardCache.DIRECTORY, cache.toString());
    bytes =
        TestShards.write(remote, LAYOUT, 20, 20).split("train").shards().stream()
            .mapToLong(ShardManifest.Shard::bytes)
            .sum();
  }

  private ShardDataset open(Path directory) {
    return ShardDataset.open(FarFileSystem.path(directory), "train", configuration);
  }

  private List<Path> copies() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.filter(file -> file.toString().endsWith(".arrow")).sorted().toList();
    }
  }

  private static void check(ShardDataset dataset) {
    for (int sample = 0; sample < 40; sample++) {
      byte[] image = new byte[SHAPE.size()];
      dataset.copyImage(sample, ByteBuffer.wrap(image), 0);
      assertThat(image).isEqualTo(TestShards.image(SHAPE, sample));
    }
  }

  @Test
  void readsRemoteShardsFromCopies() throws IOException {
    try (ShardDataset dataset = open(remote)) {
      check(dataset);
    }
    assertThat(copies()).hasSize(2);
    Files.delete(remote.resolve("train-00000.arrow"));
    Files.delete(remote.resolve("train-00001.arrow"));
    try (ShardDataset dataset = open(remote)) {
      check(dataset);
    }
  }

  @Test
  void fetchesADamagedCopyAgainAndNamesTheRemoteShardIfThatIsDamaged() throws IOException {
    open(remote).close();
    for (Path copy : copies()) {
      flip(copy);
    }
    try (ShardDataset dataset = open(remote)) {
      check(dataset);
    }
    flip(remote.resolve("train-00001.arrow"));
    for (Path copy : copies()) {
      Files.delete(copy);
    }
    assertThatThrownBy(() -> open(remote))
        .isInstanceOf(CorruptShardException.class)
        .hasMessageContaining("far:" + remote + "/train-00001.arrow")
        .hasMessageContaining("checksum");
  }

  private static void flip(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 4;
    Files.write(file, content);
  }

  @Test
  void dropsTheCopiesUsedLongestAgo() throws IOException {
    configuration.setLong(ShardCache.BYTES, 2 * bytes);
    Path[] remotes = {remote, dir.resolve("second"), dir.resolve("third")};
    TestShards.write(remotes[1], LAYOUT, 20, 20);
    TestShards.write(remotes[2], LAYOUT, 20, 20);
    open(remotes[0]).close();
    List<Path> first = copies();
    open(remotes[1]).close();
    for (Path copy : copies()) {
      long age = first.contains(copy) ? 1_000_000 : 2_000_000;
      Files.setLastModifiedTime(copy, FileTime.fromMillis(age));
    }
    open(remotes[2]).close();
    assertThat(copies()).hasSize(4).doesNotContainAnyElementsOf(first.subList(0, 2));
    try (Stream<Path> files = Files.list(cache)) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum())
          .isLessThanOrEqualTo(2 * bytes);
    }
  }

  @Test
  void saysThatTheCacheIsTooSmall() {
    configuration.setLong(ShardCache.BYTES, bytes - 1);
    assertThatThrownBy(() -> open(remote))
        .isInstanceOf(ShardCacheException.class)
        .hasMessageContaining(Long.toString(bytes))
        .hasMessageContaining("raise e2spark.shard.cache.bytes");
  }

  @Test
  void removesWhatADeadProcessLeft() throws IOException {
    Files.createDirectories(cache);
    Files.writeString(cache.resolve("0.tmp"), "half a shard");
    open(remote).close();
    assertThat(cache.resolve("0.tmp")).doesNotExist();
  }

  @Test
  void manyThreadsShareOneCache() throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> results =
          IntStream.range(0, 8)
              .<Future<?>>mapToObj(
                  i ->
                      threads.submit(
                          () -> {
                            try (ShardDataset dataset = open(remote)) {
                              check(dataset);
                            }
                          }))
              .toList();
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
