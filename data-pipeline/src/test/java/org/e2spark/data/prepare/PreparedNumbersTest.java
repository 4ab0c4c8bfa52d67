package org.e2spark.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.CifarSource;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.data.source.TestData;
import org.e2spark.data.source.TriangleResampler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The numbers and pixels of prepared shards against computations of their own. */
@ExtendWith(SparkExtension.class)
class PreparedNumbersTest {
  @TempDir Path dir;

  private org.apache.hadoop.fs.Path out() {
    return new org.apache.hadoop.fs.Path(dir.resolve("shards").toUri());
  }

  private ShardDataset open(String split) {
    return ShardDataset.open(out(), split, new Configuration());
  }

  @Test
  void measuresTheTrainingSplit(SparkSession spark) throws IOException {
    PrepareJob.run(spark, IdxFiles.tiny(dir.resolve("tiny"), 500), out(), PrepareOptions.none());
    try (ShardDataset train = open("train")) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 500; i++) {
        for (byte pixel : IdxFiles.image(train, i)) {
          double value = (pixel & 0xff) / 255.0;
          sum += value;
          squares += value * value;
        }
      }
      double mean = sum / 8000;
      ShardManifest.Statistics statistics = train.manifest().statistics();
      assertThat(statistics.mean().get(0)).isCloseTo(mean, within(1e-12));
      assertThat(statistics.std().get(0))
          .isCloseTo(Math.sqrt(squares / 8000 - mean * mean), within(1e-9));
      assertThat(train.manifest().split("train").classCounts().subList(0, 4))
          .containsExactly(150L, 0L, 0L, 50L);
    }
  }

  @Test
  void measuresEachChannelOfRealImages(SparkSession spark) {
    ImageSource cifar =
        CifarSource.builder(CifarSource.Labels.CIFAR10)
            .file("train", TestData.path(TestData.class, "cifar10-32.bin").toString())
            .open(new Configuration());
    ShardManifest manifest = PrepareJob.run(spark, cifar, out(), PrepareOptions.none()).manifest();
    long[] counts = new long[10];
    cifar.read(spark).collectAsList().forEach(row -> counts[row.getInt(2)]++);
    double[] weights = manifest.classWeights("train");
    for (int label = 0; label < 10; label++) {
      assertThat(weights[label]).isCloseTo(32.0 / (10 * counts[label]), within(1e-12));
    }
    for (int channel = 0; channel < 3; channel++) {
      SummaryStatistics channelValues = new SummaryStatistics();
      for (int i = 0; i < 32; i++) {
        byte[] image = TestData.cifar(i);
        for (int p = channel * 1024; p < (channel + 1) * 1024; p++) {
          channelValues.addValue((image[p] & 0xff) / 255.0);
        }
      }
      ShardManifest.Statistics statistics = manifest.statistics();
      assertThat(statistics.mean().get(channel)).isCloseTo(channelValues.getMean(), within(1e-12));
      assertThat(statistics.std().get(channel))
          .isCloseTo(Math.sqrt(channelValues.getPopulationVariance()), within(1e-12));
    }
  }

  @Test
  void resizesThenPadsEachChannel(SparkSession spark) {
    ImageSource cifar =
        CifarSource.builder(CifarSource.Labels.CIFAR10)
            .file("train", TestData.path(TestData.class, "cifar10-32.bin").toString())
            .open(new Configuration());
    PrepareOptions options = PrepareOptions.builder().resize(16, 20).padding(19, 20).build();
    PrepareJob.run(spark, cifar, out(), options);
    try (ShardDataset train = open("train")) {
      assertThat(train.manifest().shape()).isEqualTo(new ImageShape(3, 19, 20));
      for (int i = 0; i < 32; i++) {
        byte[] resized =
            TriangleResampler.resize(TestData.cifar(i), TestData.CIFAR, new ImageShape(3, 16, 20));
        byte[] image = IdxFiles.image(train, i);
        for (int p = 0; p < image.length; p++) {
          int y = p / 20 % 19 - 1;
          byte expected = y < 0 || y >= 16 ? 0 : resized[(p / 380 * 16 + y) * 20 + p % 20];
          assertThat(image[p]).as("image %d, byte %d", i, p).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void dividesEachClassInProportion(SparkSession spark) throws IOException {
    PrepareOptions options =
        PrepareOptions.builder()
            .seed(3)
            .division(Map.of("train", 0.7, "validation", 0.2, "spare", 0.1))
            .build();
    PrepareReport report =
        PrepareJob.run(spark, IdxFiles.tiny(dir.resolve("tiny"), 1000), out(), options);
    assertThat(report.manifest().splits()).containsOnlyKeys("spare", "train", "validation");
    assertThat(report.manifest().split("train").classCounts())
        .containsExactly(210L, 0L, 0L, 70L, 70L, 70L, 70L, 70L, 70L, 70L);
    assertThat(report.manifest().split("validation").classCounts())
        .containsExactly(60L, 0L, 0L, 20L, 20L, 20L, 20L, 20L, 20L, 20L);
    Set<Long> ids = new HashSet<>();
    for (String split : report.manifest().splits().keySet()) {
      try (ShardDataset dataset = open(split)) {
        for (long i = 0; i < dataset.size(); i++) {
          assertThat(ids.add(dataset.id(i))).isTrue();
        }
      }
    }
    assertThat(ids).hasSize(1000);
  }

  /** Each class is sorted by a hash of seed and id and cut at the rounded cumulative fractions. */
  @Test
  void dividesAsASortByHandDoes(SparkSession spark) throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    double first = 0.05 + 0.5 * random.nextDouble();
    double second = 0.05 + 0.4 * random.nextDouble();
    ImageSource source = IdxFiles.tiny(dir.resolve("tiny"), 317);
    Map<String, Double> fractions = Map.of("a", first, "b", second, "c", 1 - first - second);
    PrepareJob.run(
        spark, source, out(), PrepareOptions.builder().seed(seed).division(fractions).build());
    Map<Integer, TreeMap<Long, Long>> drawn = new HashMap<>();
    for (Row row :
        source
            .read(spark)
            .select(
                functions.col("id"),
                functions.col("label"),
                functions.xxhash64(
                    functions.lit(seed), functions.lit("division"), functions.col("id")))
            .collectAsList()) {
      drawn
          .computeIfAbsent(row.getInt(1), label -> new TreeMap<>())
          .put(row.getLong(2) >>> 11, row.getLong(0));
    }
    Map<String, Set<Long>> expected = new HashMap<>();
    for (TreeMap<Long, Long> members : drawn.values()) {
      List<Long> ids = List.copyOf(members.values());
      int end = (int) Math.round(ids.size() * first);
      int next = (int) Math.round(ids.size() * (first + second));
      expected.computeIfAbsent("a", key -> new HashSet<>()).addAll(ids.subList(0, end));
      expected.computeIfAbsent("b", key -> new HashSet<>()).addAll(ids.subList(end, next));
      expected.computeIfAbsent("c", key -> new HashSet<>()).addAll(ids.subList(next, ids.size()));
    }
    for (Map.Entry<String, Set<Long>> part : expected.entrySet()) {
      Set<Long> found = new HashSet<>();
      try (ShardDataset dataset = open(part.getKey())) {
        for (long i = 0; i < dataset.size(); i++) {
          found.add(dataset.id(i));
        }
      }
      assertThat(found).as("part %s, seed %d", part.getKey(), seed).isEqualTo(part.getValue());
    }
  }

  @Test
  void reportsDuplicates(SparkSession spark) throws IOException {
    List<byte[]> images = new ArrayList<>();
    for (int value : new int[] {1, 2, 3, 1, 1, 2, 4}) {
      byte[] image = new byte[16];
      image[5] = (byte) value;
      images.add(image);
    }
    ImageSource source =
        IdxFiles.write(
            dir.resolve("raw"), images.toArray(byte[][]::new), new int[] {1, 2, 3, 1, 1, 7, 4});
    PrepareReport report =
        PrepareJob.run(spark, source, out(), PrepareOptions.builder().duplicateReport().build());
    assertThat(report.duplicates()).contains(new DuplicateReport(2, 3, 1, 0));
  }

  /** Many images of few kinds in three splits, counted again by hand. */
  @Test
  void countsDuplicatesAsACountByHandDoes(SparkSession spark) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    Map<Integer, List<Row>> byContent = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      int content = random.nextInt(300);
      byte[] image = ByteBuffer.allocate(16).putInt(12, content).array();
      String split = List.of("train", "test", "validation").get(random.nextInt(3));
      Row row = RowFactory.create((long) i, image, random.nextInt(2), split);
      rows.add(row);
      byContent.computeIfAbsent(content, key -> new ArrayList<>()).add(row);
    }
    long groups = 0;
    long extra = 0;
    long conflicts = 0;
    long leaks = 0;
    for (List<Row> same : byContent.values()) {
      if (same.size() > 1) {
        groups++;
        extra += same.size() - 1;
        conflicts += same.stream().map(row -> row.getInt(2)).distinct().count() > 1 ? 1 : 0;
        leaks += same.stream().map(row -> row.getString(3)).distinct().count() > 1 ? 1 : 0;
      }
    }
    assertThat(DuplicateReport.of(spark.createDataFrame(rows, ImageSource.SCHEMA)))
        .as("seed %d", seed)
        .isEqualTo(new DuplicateReport(groups, extra, conflicts, leaks));
  }
}
