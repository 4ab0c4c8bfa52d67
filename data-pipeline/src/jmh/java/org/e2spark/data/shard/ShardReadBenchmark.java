package org.e2spark.data.shard;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.e2spark.data.ThroughputConditions;
import org.e2spark.data.augment.Augmentation;
import org.e2spark.data.augment.AutoAugment;
import org.e2spark.data.augment.Cutout;
import org.e2spark.data.augment.RandomCrop;
import org.e2spark.data.augment.RandomFlip;
import org.e2spark.data.source.TestData;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Reading shards of CIFAR-10's images (40,960 of 3x32x32) in batches of 128 with one engine thread;
 * the score is images a second. Add {@code taskset -c 0} before {@code mvn} to hold everything,
 * prefetch thread included, on one core.
 *
 * <pre>
 * mvn -q -pl data-pipeline -am test-compile exec:exec@jmh -Djmh=ShardReadBenchmark
 * </pre>
 */
public class ShardReadBenchmark extends ThroughputConditions {
  private static final int IMAGES = 40_960;
  private static final int BATCH = 128;
  private static final Augmentation CROP_FLIP =
      Augmentation.sequence(new RandomCrop(4), RandomFlip.horizontal());
  private static final Augmentation AUTO_AUGMENT =
      Augmentation.sequence(CROP_FLIP, new AutoAugment(), new Cutout(16));

  private Path directory;
  private ShardDataset dataset;
  private NDManager manager;

  /** Writes the shards and opens them. */
  @Setup(Level.Trial)
  public void write() throws IOException {
    directory = Files.createTempDirectory("e2spark-shards");
    byte[][] images = IntStream.range(0, 32).mapToObj(TestData::cifar).toArray(byte[][]::new);
    TestShards.write(
        directory,
        ShardLayout.forShape(TestData.CIFAR),
        sample -> images[(int) (sample % images.length)],
        IMAGES / 2,
        IMAGES / 2);
    dataset = TestShards.open(directory);
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
  public long sequentialNormalized() {
    return epoch(BatchReader.builder(dataset).storedOrder(), ImageBatch::floats);
  }

  /** Mapped file to normalised float tensor, in an epoch's random order. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public long shuffledNormalized() {
    return epoch(BatchReader.builder(dataset), ImageBatch::floats);
  }

  /** The whole way of a training batch: random order, crop, flip, normalised float tensor. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public long shuffledCropFlipNormalized() {
    return epoch(BatchReader.builder(dataset).augmentation(CROP_FLIP), ImageBatch::floats);
  }

  /** The same with AutoAugment and Cutout between. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public long shuffledAutoAugmentCutoutNormalized() {
    return epoch(BatchReader.builder(dataset).augmentation(AUTO_AUGMENT), ImageBatch::floats);
  }
}
