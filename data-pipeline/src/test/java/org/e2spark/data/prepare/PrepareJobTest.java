package org.e2spark.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.Rotation;
import org.e2spark.data.shard.OutputConflictException;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SparkExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class PrepareJobTest {
  private static final ImageShape DIGIT = new ImageShape(1, 28, 28);
  private static final ImageShape TINY = new ImageShape(1, 4, 4);

  @TempDir Path dir;

  private org.apache.hadoop.fs.Path out() {
    return new org.apache.hadoop.fs.Path(dir.resolve("shards").toUri());
  }

  private ShardDataset open(String split) {
    return ShardDataset.open(out(), split, new Configuration());
  }

  private static byte[] mirrored(byte[] image) {
    byte[] mirrored = new byte[16];
    for (int p = 0; p < 16; p++) {
      mirrored[p] = image[p / 4 * 4 + 3 - p % 4];
    }
    return mirrored;
  }

  @Test
  void turnsEachDigitByTheAngleItRecords(SparkSession spark) throws IOException {
    PrepareOptions options =
        PrepareOptions.builder().seed(7).rotation(Interpolation.BILINEAR).padding(29, 29).build();
    ImageSource digits = MnistSample.extract(dir.resolve("raw"));
    PrepareReport report = PrepareJob.run(spark, digits, out(), options);
    assertThat(report.manifest().shape()).isEqualTo(new ImageShape(1, 29, 29));
    assertThat(report.manifest().split("test").samples()).isEqualTo(1000);
    List<byte[]> upright =
        digits
            .read(spark)
            .filter("split = 'train'")
            .orderBy("id")
            .select("image")
            .collectAsList()
            .stream()
            .map(row -> row.<byte[]>getAs(0))
            .toList();
    try (ShardDataset train = open("train")) {
      assertThat(train.size()).isEqualTo(3000);
      int[] octants = new int[8];
      for (int i = 0; i < 3000; i++) {
        octants[(int) (train.degrees(i) / 45)]++;
        byte[] turned =
            Rotation.ofDegrees(train.degrees(i), Interpolation.BILINEAR)
                .apply(upright.get(i), DIGIT);
        byte[] image = IdxFiles.image(train, i);
        for (int y = 0; y < 29; y++) {
          for (int x = 0; x < 29; x++) {
            byte expected = y < 28 && x < 28 ? turned[28 * y + x] : 0;
            assertThat(image[29 * y + x]).isEqualTo(expected);
          }
        }
      }
      // 375 expected in each, standard deviation 18.
      for (int count : octants) {
        assertThat(count).isBetween(285, 465);
      }
    }
  }

  @Test
  void keepsShardsBelowTheirLimit(SparkSession spark) throws IOException {
    PrepareOptions options =
        PrepareOptions.builder().recordBatchRows(8).maxShardBytes(10_000).build();
    PrepareReport report =
        PrepareJob.run(spark, IdxFiles.tiny(dir.resolve("tiny"), 3000), out(), options);
    List<ShardManifest.Shard> shards = report.manifest().split("train").shards();
    assertThat(shards).hasSizeGreaterThan(8);
    for (ShardManifest.Shard shard : shards) {
      assertThat(Files.size(dir.resolve("shards").resolve(shard.file())))
          .isEqualTo(shard.bytes())
          .isLessThanOrEqualTo(10_000);
    }
    try (Stream<Path> files = Files.list(dir.resolve("shards"))) {
      assertThat(files).hasSize(shards.size() + 1);
    }
  }

  @Test
  void copiesTrainingImagesEachTurnedOnItsOwn(SparkSession spark) throws IOException {
    PrepareOptions options =
        PrepareOptions.builder()
            .rotation(Interpolation.NEAREST)
            .reflections()
            .copies(3)
            .division(Map.of("train", 0.5, "validation", 0.5))
            .build();
    ImageSource source = IdxFiles.tiny(dir.resolve("tiny"), 100);
    PrepareReport report = PrepareJob.run(spark, source, out(), options);
    assertThat(report.manifest().split("validation").samples()).isEqualTo(50);
    Map<Long, byte[]> originals = new HashMap<>();
    source.read(spark).collectAsList().forEach(row -> originals.put(row.getLong(0), row.getAs(1)));
    try (ShardDataset train = open("train")) {
      assertThat(train.size()).isEqualTo(150);
      Set<Float> angles = new HashSet<>();
      int reflected = 0;
      for (int i = 0; i < 150; i++) {
        assertThat(train.id(i) % 3).isEqualTo(i % 3);
        assertThat(train.id(i) / 3).isEqualTo(train.id(i - i % 3) / 3);
        byte[] original = originals.get(train.id(i) / 3);
        byte[] upright = train.reflected(i) ? mirrored(original) : original;
        assertThat(IdxFiles.image(train, i))
            .isEqualTo(
                Rotation.ofDegrees(train.degrees(i), Interpolation.NEAREST).apply(upright, TINY));
        angles.add(train.degrees(i));
        reflected += train.reflected(i) ? 1 : 0;
      }
      assertThat(angles).hasSize(150);
      assertThat(reflected).isBetween(45, 105);
    }
  }

  @Test
  void mirrorsBeforeItTurns(SparkSession spark) throws IOException {
    ImageSource source = IdxFiles.tiny(dir.resolve("tiny"), 60);
    PrepareJob.run(
        spark,
        source,
        out(),
        PrepareOptions.builder().rotation(Interpolation.NEAREST).reflections().build());
    List<byte[]> originals =
        source.read(spark).orderBy("id").select("image").collectAsList().stream()
            .map(row -> row.<byte[]>getAs(0))
            .toList();
    try (ShardDataset train = open("train")) {
      for (int i = 0; i < 60; i++) {
        byte[] image = train.reflected(i) ? mirrored(originals.get(i)) : originals.get(i);
        assertThat(IdxFiles.image(train, i))
            .isEqualTo(
                Rotation.ofDegrees(train.degrees(i), Interpolation.NEAREST).apply(image, TINY));
      }
    }
  }

  @Test
  void leavesFinishedWorkOfTheSameJobAndRefusesAnother(SparkSession spark) throws IOException {
    ImageSource source = IdxFiles.tiny(dir.resolve("tiny"), 50);
    PrepareReport first = PrepareJob.run(spark, source, out(), PrepareOptions.none());
    PrepareReport second = PrepareJob.run(spark, source, out(), PrepareOptions.none());
    assertThat(second.written()).isZero();
    assertThat(second.reused()).isEqualTo(first.written());
    assertThat(second.manifest()).isEqualTo(first.manifest());
    assertThatThrownBy(
            () ->
                PrepareJob.run(
                    spark, source, out(), PrepareOptions.builder().padding(5, 5).build()))
        .isInstanceOf(OutputConflictException.class)
        .hasMessageContaining("complete shards of another job")
        .hasMessageContaining("shape");
    ImageSource other = IdxFiles.tiny(dir.resolve("tiny"), 51);
    assertThatThrownBy(() -> PrepareJob.run(spark, other, out(), PrepareOptions.none()))
        .isInstanceOf(OutputConflictException.class)
        .hasMessageContaining("sourceFingerprint");
  }

  @Test
  void refusesAFolderWithSomethingElse(SparkSession spark) throws IOException {
    ImageSource source = IdxFiles.tiny(dir.resolve("tiny"), 5);
    Files.createDirectories(dir.resolve("shards"));
    Files.writeString(dir.resolve("shards").resolve("thesis.tex"), "no backup");
    assertThatThrownBy(() -> PrepareJob.run(spark, source, out(), PrepareOptions.none()))
        .isInstanceOf(OutputConflictException.class)
        .hasMessageContaining("thesis.tex");
    try (Stream<Path> files = Files.list(dir.resolve("shards"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void namesTheFileOfABrokenSourceAndPublishesNothing(SparkSession spark) throws IOException {
    ImageSource source = IdxFiles.tiny(dir.resolve("tiny"), 50);
    Path labels = dir.resolve("tiny").resolve("labels");
    byte[] bytes = Files.readAllBytes(labels);
    bytes[20] = 77;
    Files.write(labels, bytes);
    assertThatThrownBy(() -> PrepareJob.run(spark, source, out(), PrepareOptions.none()))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("labels");
    assertThat(dir.resolve("shards")).doesNotExist();
  }

  @Test
  void refusesImpossibleOptions(SparkSession spark) throws IOException {
    ImageSource source = IdxFiles.tiny(dir.resolve("tiny"), 5);
    assertThatThrownBy(
            () ->
                PrepareJob.run(
                    spark, source, out(), PrepareOptions.builder().padding(3, 9).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3x9");
    assertThatThrownBy(() -> PrepareOptions.builder().division(Map.of("a", 0.5, "b", 0.6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("add up to 1");
    assertThatThrownBy(() -> PrepareOptions.builder().maxShardBytes(1L << 40))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsRefusedLeavesNoDirectory(SparkSession spark) throws IOException {
    ImageSource source = IdxFiles.tiny(dir.resolve("tiny"), 20);
    PrepareOptions tooSmall = PrepareOptions.builder().maxShardBytes(100).build();
    assertThatThrownBy(() -> PrepareJob.run(spark, source, out(), tooSmall))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a shard may have only 100");
    PrepareOptions smaller = PrepareOptions.builder().padding(3, 3).build();
    assertThatThrownBy(() -> PrepareJob.run(spark, source, out(), smaller))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1x4x4 to 3x3");
    assertThatThrownBy(() -> PrepareOptions.builder().division(Map.of("../train", 1.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'../train'");
    assertThat(dir.resolve("shards")).doesNotExist();
  }
}
