package org.e2spark.data.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
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

  private static final Executor THREADS = work -> new Thread(work, "reader").start();

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
    return open(directory, () -> {});
  }

  private ShardDataset open(Path directory, Runnable progress) {
    return ShardDataset.open(FarFileSystem.path(directory), "train", configuration, progress);
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

  @Test
  void shardsThatAreOpenAreNeitherFetchedNorVerifiedForTheNextReader() throws IOException {
    ShardDataset first = open(remote);
    List<Path> gone = copies();
    for (Path copy : gone) {
      Path damaged = Files.write(dir.resolve("damaged"), new byte[(int) Files.size(copy)]);
      Files.move(damaged, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    ShardDataset second = open(remote);
    first.close();
    first.close();
    check(second);
    for (Path copy : gone) {
      assertThat(Files.readAllBytes(copy)).as("as it was left").containsOnly(0);
    }
    try (ShardDataset third = open(remote)) {
      second.close();
      check(third);
    }
    open(remote).close();
    for (Path copy : gone) {
      assertThat(Files.readAllBytes(copy)).as("fetched again").startsWith("ARROW1".getBytes(UTF_8));
    }
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
  void refusesARemoteShardOfAnotherLengthBeforeItTakesRoom() throws IOException {
    Path shard = remote.resolve("train-00001.arrow");
    Files.write(shard, new byte[1], StandardOpenOption.APPEND);
    assertThatThrownBy(() -> open(remote))
        .isInstanceOf(CorruptShardException.class)
        .hasMessageContaining("far:" + shard)
        .hasMessageContaining(Files.size(shard) + " bytes (manifest: " + (Files.size(shard) - 1));
    assertThat(copies()).hasSize(1);
  }

  @Test
  void inspectsRemoteShardsOneByOneAndNamesTheMissing() throws IOException {
    long largest = Files.size(remote.resolve("train-00000.arrow"));
    configuration.setLong(ShardCache.BYTES, largest);
    ShardInspector inspector = ShardInspector.of(FarFileSystem.path(remote), configuration);
    assertThat(inspector.verify()).isEmpty();
    assertThat(copies()).hasSize(1);
    Path shard = remote.resolve("train-00000.arrow");
    Files.delete(shard);
    assertThat(inspector.verify())
        .singleElement()
        .satisfies(e -> assertThat(e.file()).isEqualTo("far:" + shard))
        .satisfies(e -> assertThat(e).hasMessageContaining("not there"));
  }

  /** Room for one set, two of them in use: copies go while others still open theirs. */
  @Test
  void readersThatNeedMoreThanTheCacheHoldsTakeTurns() throws IOException {
    configuration.setLong(ShardCache.BYTES, bytes);
    Path second = dir.resolve("second");
    TestShards.write(second, LAYOUT, 20, 20);
    inThreads(
        i -> {
          for (int round = 0; round < 20; round++) {
            try (ShardDataset dataset = open(i % 2 == 0 ? remote : second)) {
              check(dataset);
            }
          }
        });
    try (Stream<Path> files = Files.list(cache)) {
      assertThat(files.mapToLong(file -> file.toFile().length()).sum()).isLessThanOrEqualTo(bytes);
    }
  }

  @Test
  void removesWhatADeadProcessLeft() throws IOException {
    Files.createDirectories(cache);
    Files.writeString(cache.resolve("0.tmp"), "half a shard");
    open(remote).close();
    assertThat(cache.resolve("0.tmp")).doesNotExist();
  }

  @Test
  void progressIsHeardOfWhereOthersAreWaitedForToo() throws Exception {
    Semaphore heard = new Semaphore(0);
    Semaphore first = new Semaphore(0);
    Runnable blocking =
        () -> {
          heard.release();
          first.acquireUninterruptibly();
        };
    CompletableFuture<Void> fetching =
        CompletableFuture.runAsync(() -> open(remote, blocking).close(), THREADS);
    assertThat(heard.tryAcquire(20, TimeUnit.SECONDS)).as("fetches the first shard").isTrue();
    Semaphore second = new Semaphore(0);
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> open(remote, second::release).close(), THREADS);
    assertThat(second.tryAcquire(20, TimeUnit.SECONDS)).as("sees the first shard").isTrue();
    first.release();
    assertThat(second.tryAcquire(20, TimeUnit.SECONDS)).as("sees the second shard").isTrue();
    first.release(3);
    fetching.get(20, TimeUnit.SECONDS);
    waiting.get(20, TimeUnit.SECONDS);
    assertThat(heard.availablePermits()).as("of the second shard, at least").isPositive();
  }

  @Test
  void manyThreadsShareOneCache() {
    inThreads(
        i -> {
          try (ShardDataset dataset = open(remote)) {
            check(dataset);
          }
        });
  }

  private static void inThreads(IntConsumer work) {
    CompletableFuture.allOf(
            IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> work.accept(i), THREADS))
                .toArray(CompletableFuture[]::new))
        .join();
  }
}
