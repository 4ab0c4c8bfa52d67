package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageShape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What reading takes from the system, by the system's own account, and that all of it is given
 * back.
 */
@EnabledOnOs(OS.LINUX)
class ClosingTest {
  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);
  private static final ShardLayout LAYOUT = new ShardLayout(SHAPE, 16, false);

  /** How long the collector may take to find what is unreachable. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path dir;

  @BeforeEach
  void write() throws IOException {
    TestShards.write(dir, LAYOUT, 48, 40, 15);
  }

  @Test
  void nothingIsLeftOfAReader() throws IOException {
    readAll();
    assertThat(openFiles()).isEmpty();
    assertThat(threads()).isEmpty();
    awaitNoMapping();
  }

  private void readAll() throws IOException {
    for (boolean stored : List.of(false, true)) {
      try (NDManager manager = NDManager.newBaseManager();
          ShardDataset dataset = TestShards.open(dir)) {
        assertThat(mappings()).isNotEmpty();
        assertThat(openFiles()).isEmpty();
        BatchReader.Builder builder = BatchReader.builder(dataset).globalBatch(8);
        try (BatchReader reader = (stored ? builder.storedOrder() : builder).build()) {
          // Half of the epoch, so that batches are ready that nobody takes.
          for (int i = 0; i < 6; i++) {
            try (ImageBatch batch = reader.next()) {
              batch.images(manager);
              batch.floats(manager);
            }
          }
          assertThat(threads()).hasSize(1);
        }
        assertThat(threads()).isEmpty();
      }
    }
  }

  @Test
  void aTensorKeepsItsFileMappedUntilItGoes() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = firstImages(manager);
      System.gc();
      assertThat(mappings()).isNotEmpty();
      assertThat(images.get(1).flatten().toByteArray()).isEqualTo(TestShards.image(SHAPE, 1));
    }
    awaitNoMapping();
  }

  private NDArray firstImages(NDManager manager) {
    try (ShardDataset dataset = TestShards.open(dir);
        BatchReader reader = BatchReader.builder(dataset).globalBatch(8).storedOrder().build();
        ImageBatch batch = reader.next()) {
      return batch.images(manager);
    }
  }

  @Test
  void nothingIsLeftOfADatasetThatCannotBeOpened() throws IOException {
    byte[] last = Files.readAllBytes(dir.resolve("train-00002.arrow"));
    last[100] ^= 1;
    Files.write(dir.resolve("train-00002.arrow"), last);
    assertThatThrownBy(() -> TestShards.open(dir)).isInstanceOf(CorruptShardException.class);
    assertThat(openFiles()).isEmpty();
    awaitNoMapping();
  }

  @Test
  void theCacheKeepsNoFileOpen() throws IOException {
    Configuration configuration = FarFileSystem.configuration();
    configuration.set(ShardCache.DIRECTORY, dir.resolve("cache").toString());
    ShardDataset.open(FarFileSystem.path(dir), "train", configuration).close();
    assertThat(openFiles()).isEmpty();
    awaitNoMapping();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter("e2spark-batch-reader"::equals)
        .toList();
  }

  private List<Path> openFiles() throws IOException {
    Path folder = dir.toRealPath();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .flatMap(descriptor -> target(descriptor).stream())
          .filter(target -> target.startsWith(folder))
          .toList();
    }
  }

  /** Where a descriptor leads; the listing's own, or one that another thread closed, is gone. */
  private static Optional<Path> target(Path descriptor) {
    try {
      return Optional.of(Files.readSymbolicLink(descriptor));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> mappings() throws IOException {
    String folder = dir.toRealPath().toString();
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains(folder)).toList();
    }
  }

  private void awaitNoMapping() throws IOException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!mappings().isEmpty() && Instant.now().isBefore(deadline)) {
      System.gc();
    }
    assertThat(mappings()).isEmpty();
  }
}
