package org.e2spark.data.shard;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageShape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading CIFAR-like shards (40,960 images of 3x32x32) in batches of 128 with one engine thread;
 * the score is images a second. Add {@code taskset -c 0} before {@code mvn} to hold everything,
 * prefetch thread included, on one core.
 *
 * <pre>
 * mvn -q -pl data-pipeline -am test-compile exec:exec@jmh -Djmh=ShardReadBenchmark
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ShardReadBenchmark {
  private static final int IMAGES = 40_960;
  private static final int BATCH = 128;

  private Path directory;
  private ShardDataset dataset;
  private NDManager manager;

  /** Writes the shards and opens them. */
  @Setup(Level.Trial)
  public void write() throws IOException {
    directory = Files.createTempDirectory("e2spark-shards");
    ShardLayout layout = ShardLayout.forShape(new ImageShape(3, 32, 32));
    List<ShardManifest.Shard> shards = new ArrayList<>();
    Random random = new Random(1);
    byte[] image = new byte[3072];
    int perShard = layout.rowsPerShard(ShardLayout.MAX_SHARD_BYTES);
    for (int from = 0; from < IMAGES; from += perShard) {
      String file = "train-" + from + ".arrow";
      OutputStream stream = Files.newOutputStream(directory.resolve(file));
      try (ShardWriter writer = new ShardWriter(stream, layout, 10)) {
        for (int i = from; i < Math.min(IMAGES, from + perShard); i++) {
          random.nextBytes(image);
          writer.add(i, 0, image);
        }
        ShardSummary summary = writer.finish();
        shards.add(
            new ShardManifest.Shard(file, summary.rows(), summary.bytes(), summary.checksum()));
      }
    }
    List<String> classes = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    List<Long> counts = List.of((long) IMAGES, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
    ShardManifest manifest =
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            layout.shape(),
            classes,
            new ShardManifest.Statistics("train", List.of(0.5, 0.5, 0.5), List.of(0.3, 0.3, 0.3)),
            Map.of("train", new ShardManifest.Split(IMAGES, counts, shards)),
            layout.recordBatchRows(),
            layout.transformed(),
            "none",
            0,
            Map.of(),
            "benchmark");
    Files.write(directory.resolve(ShardManifest.FILE_NAME), ManifestFile.format(manifest));
    dataset =
        ShardDataset.open(
            new org.apache.hadoop.fs.Path(directory.toUri()), "train", new Configuration());
    manager = NDManager.newBaseManager();
  }

  /** Removes the shards. */
  @TearDown(Level.Trial)
  public void delete() throws IOException {
    manager.close();
    dataset.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private long epoch(BatchReader.Builder builder, Use use) {
    long images = 0;
    try (BatchReader reader = builder.globalBatch(BATCH).build()) {
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next();
            NDManager step = manager.newSubManager()) {
          use.accept(batch, step);
          images += batch.size();
        }
      }
    }
    return images;
  }

  /** What a benchmark does with a batch. */
  private interface Use {
    void accept(ImageBatch batch, NDManager step);
  }

  /** Mapped file to float tensor, as stored. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public long sequentialToFloat() {
    return epoch(BatchReader.builder(dataset).storedOrder(), ImageBatch::pixels);
  }

  /** Mapped file to float tensor, in an epoch's random order. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public long shuffledToFloat() {
    return epoch(BatchReader.builder(dataset), ImageBatch::pixels);
  }

  /** Mapped file to normalised float tensor, as stored. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public long sequentialNormalised() {
    return epoch(BatchReader.builder(dataset).storedOrder(), ImageBatch::floats);
  }

  /** Mapped file to normalised float tensor, in an epoch's random order. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public long shuffledNormalised() {
    return epoch(BatchReader.builder(dataset), ImageBatch::floats);
  }
}
