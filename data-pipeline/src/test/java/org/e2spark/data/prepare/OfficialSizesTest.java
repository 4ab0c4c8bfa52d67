package org.e2spark.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.data.source.known.SourceCatalog;
import org.e2spark.data.source.known.SourceOptions;
import org.e2spark.data.text.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of the names and sizes in which CIFAR-10, CIFAR-100, STL-10 and MNIST-rot are published,
 * filled with random pixels, from {@link SourceCatalog} to shards by two tasks in a heap of 2 GiB;
 * prints times and memory. Needs minutes and 3 GB of disk:
 *
 * <pre>
 * mvn -pl data-pipeline -am test -Dtest=OfficialSizesTest -De2spark.official.sizes=true
 * </pre>
 */
@ExtendWith(SparkExtension.class)
@EnabledIfSystemProperty(named = "e2spark.official.sizes", matches = "true")
class OfficialSizesTest {
  private static final SourceOptions OPTIONS = SourceOptions.ofSeed(1);

  @TempDir Path dir;

  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  private void file(String name, long size, Content content) throws IOException {
    Path path = dir.resolve("raw").resolve(name);
    Files.createDirectories(path.getParent());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path), 1 << 16)) {
      content.write(out);
    }
    if (size > 0) {
      assertThat(Files.size(path)).as(name).isEqualTo(size);
    }
  }

  private static byte[] image(long id, int bytes) {
    byte[] image = new byte[bytes];
    new SplittableRandom(id).nextBytes(image);
    return image;
  }

  @Test
  void cifar10(SparkSession spark) throws IOException {
    for (int batch = 0; batch < 6; batch++) {
      int first = batch * 10_000;
      String name = batch < 5 ? "data_batch_" + (batch + 1) + ".bin" : "test_batch.bin";
      file(name, 30_730_000, out -> cifar(out, first, 10_000, 10));
    }
    check(spark, "cifar10", OPTIONS, 50_000, 10_000);
  }

  @Test
  void cifar100(SparkSession spark) throws IOException {
    file("train.bin", 153_700_000, out -> cifar(out, 0, 50_000, 100));
    file("test.bin", 30_740_000, out -> cifar(out, 50_000, 10_000, 100));
    check(spark, "cifar100", OPTIONS, 50_000, 10_000);
  }

  private static void cifar(OutputStream out, int first, int count, int classes)
      throws IOException {
    for (int id = first; id < first + count; id++) {
      if (classes == 100) {
        out.write(id % 20);
      }
      out.write(id % classes);
      out.write(image(id, 3072));
    }
  }

  @Test
  void stl10(SparkSession spark) throws IOException {
    file("train_X.bin", 138_240_000, out -> stl(out, 0, 5_000));
    file("train_y.bin", 5_000, out -> stlLabels(out, 0, 5_000));
    file("test_X.bin", 221_184_000, out -> stl(out, 5_000, 8_000));
    file("test_y.bin", 8_000, out -> stlLabels(out, 5_000, 8_000));
    check(spark, "stl10", OPTIONS, 5_000, 8_000);
  }

  /** Column by column. */
  private static void stl(OutputStream out, int first, int count) throws IOException {
    byte[] stored = new byte[3 * 96 * 96];
    for (int id = first; id < first + count; id++) {
      byte[] image = image(id, stored.length);
      for (int i = 0; i < stored.length; i++) {
        stored[i] = image[i / 9216 * 9216 + i % 96 * 96 + i / 96 % 96];
      }
      out.write(stored);
    }
  }

  private static void stlLabels(OutputStream out, int first, int count) throws IOException {
    for (int id = first; id < first + count; id++) {
      out.write(id % 10 + 1);
    }
  }

  @Test
  void amat(SparkSession spark) throws IOException {
    String name = "mnist_all_rotation_normalized_float_";
    file(name + "train_valid.amat", 0, out -> lines(out, 0, 12_000));
    file(name + "test.amat", 0, out -> lines(out, 12_000, 50_000));
    check(spark, "amat", OPTIONS, 12_000, 50_000);
  }

  private static void lines(OutputStream out, int first, int count) throws IOException {
    byte[][] tokens = new byte[256][];
    for (int v = 0; v < 256; v++) {
      tokens[v] = number(v / 255.0, ' ');
    }
    for (int id = first; id < first + count; id++) {
      for (byte pixel : image(id, 784)) {
        out.write(tokens[pixel & 0xff]);
      }
      out.write(number(id % 10, '\n'));
    }
  }

  private static byte[] number(double value, char end) {
    return Text.format("%.18e%c", value, end).getBytes(StandardCharsets.US_ASCII);
  }

  private void check(SparkSession spark, String name, SourceOptions options, int train, int test)
      throws IOException {
    heapPools().forEach(MemoryPoolMXBean::resetPeakUsage);
    var output = new org.apache.hadoop.fs.Path(dir.resolve("shards").toUri());
    long start = System.nanoTime();
    ImageSource source =
        SourceCatalog.open(spark, name, dir.resolve("raw").toUri().toString(), options);
    long opened = System.nanoTime();
    ShardManifest manifest =
        PrepareJob.run(spark, source, output, PrepareOptions.none()).manifest();
    long done = System.nanoTime();
    long peak = heapPools().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    System.out.printf(
        Locale.ROOT,
        "%s: %d + %d images of %s, %d classes; opened and checked in %.1f s, prepared in %.1f s"
            + " (%.0f images/s); peak heap %d MB of %d MB%n",
        name,
        train,
        test,
        manifest.shape(),
        manifest.classNames().size(),
        (opened - start) / 1e9,
        (done - opened) / 1e9,
        (train + test) / ((done - opened) / 1e9),
        peak >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
    int classes = manifest.classNames().size();
    assertThat(manifest.split("train").classCounts())
        .isEqualTo(Collections.nCopies(classes, (long) train / classes));
    assertThat(manifest.split("test").classCounts())
        .isEqualTo(Collections.nCopies(classes, (long) test / classes));
    samples(output, "train", 0, train, manifest.shape());
    samples(output, "test", train, test, manifest.shape());
  }

  private static void samples(
      org.apache.hadoop.fs.Path output, String split, int first, int count, ImageShape shape) {
    Random random = new Random(count);
    try (ShardDataset dataset = ShardDataset.open(output, split, new Configuration())) {
      assertThat(dataset.size()).isEqualTo(count);
      int classes = dataset.manifest().classNames().size();
      for (int i = 0; i < 500; i++) {
        int sample = random.nextInt(count);
        assertThat(dataset.id(sample)).isEqualTo(first + sample);
        assertThat(dataset.label(sample)).isEqualTo((first + sample) % classes);
        boolean same =
            Arrays.equals(IdxFiles.image(dataset, sample), image(first + sample, shape.size()));
        assertThat(same).as("%s %d", split, sample).isTrue();
      }
    }
  }

  private static List<MemoryPoolMXBean> heapPools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .toList();
  }
}
