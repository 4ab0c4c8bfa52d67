package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** CIFAR and STL-10, on records cut from the published files. */
@ExtendWith(SparkExtension.class)
class BinarySourcesTest {

  @TempDir Path dir;

  private final Configuration conf = new Configuration();

  @Test
  void readsCifar10(SparkSession spark) {
    CifarSource source =
        CifarSource.builder(CifarSource.Labels.CIFAR10)
            .file("train", TestData.path(getClass(), "cifar10-32.bin").toString())
            .file("test", TestData.path(getClass(), "cifar10-32.bin").toString())
            .open(conf);
    List<Row> rows = source.read(spark).orderBy("id").collectAsList();
    assertThat(rows).hasSize(64);
    assertThat(rows.get(39).getLong(0)).isEqualTo(39);
    assertThat((byte[]) rows.get(39).get(1)).isEqualTo(TestData.cifar(7));
    assertThat(source.classNames().get(rows.get(0).getInt(2))).isEqualTo("frog");
    assertThat(rows.get(31).getString(3)).isEqualTo("train");
    assertThat(rows.get(32).getString(3)).isEqualTo("test");
    assertThat(source.check(spark).images()).isEqualTo(64);
  }

  @Test
  void readsFineAndCoarseLabelsOfCifar100(SparkSession spark) throws IOException {
    byte[] records = new byte[2 * 3074];
    records[0] = 19;
    records[1] = 99;
    records[3074] = 3;
    records[3075] = 42;
    Path file = Files.write(dir.resolve("train.bin.gz"), IdxSourceTest.gzip(records));
    assertThat(labels(spark, CifarSource.Labels.CIFAR100_FINE, file)).containsExactly(99, 42);
    assertThat(labels(spark, CifarSource.Labels.CIFAR100_COARSE, file)).containsExactly(19, 3);
  }

  private List<Integer> labels(SparkSession spark, CifarSource.Labels labels, Path file) {
    return CifarSource.builder(labels)
        .file("train", file.toString())
        .open(conf)
        .read(spark)
        .orderBy("id")
        .collectAsList()
        .stream()
        .map(row -> row.getInt(2))
        .toList();
  }

  @Test
  void turnsTheColumnsOfStl10IntoRows(SparkSession spark) throws IOException {
    Stl10Source source =
        Stl10Source.builder()
            .split(
                "train",
                TestData.path(getClass(), "stl10-3_X.bin").toString(),
                TestData.path(getClass(), "stl10-3_y.bin").toString())
            .open(conf);
    List<Row> rows = source.read(spark).orderBy("id").collectAsList();
    byte[] drawn = Files.readAllBytes(TestData.path(getClass(), "stl10-0.png"));
    assertThat((byte[]) rows.get(0).get(1))
        .isEqualTo(
            new ImageDecoder(source.shape(), ColorConversion.NONE, ExifOrientation.AS_STORED)
                .decode(drawn, "png")
                .pixels());
    byte[] stored = Files.readAllBytes(TestData.path(getClass(), "stl10-3_y.bin"));
    assertThat(rows)
        .extracting(row -> row.getInt(2) + 1)
        .containsExactly((int) stored[0], (int) stored[1], (int) stored[2]);
  }

  @Test
  void refusesAPartOfARecord() throws IOException {
    byte[] whole = Files.readAllBytes(TestData.path(getClass(), "cifar10-32.bin"));
    Path file = Files.write(dir.resolve("batch.bin"), Arrays.copyOf(whole, 2 * 3073 + 5));
    assertThatThrownBy(
            () ->
                CifarSource.builder(CifarSource.Labels.CIFAR10)
                    .file("train", file.toString())
                    .open(conf))
        .isInstanceOfSatisfying(
            BadImageDataException.class,
            e -> {
              assertThat(e.file()).isEqualTo(file.toString());
              assertThat(e.offset()).isEqualTo(6146);
              assertThat(e.expected()).contains("3073");
              assertThat(e.found()).isEqualTo("5 bytes");
            });
  }

  @Test
  void toleratesAsManyBadLabelsAsAllowedAndNamesThem(SparkSession spark) throws IOException {
    byte[] records = Files.readAllBytes(TestData.path(getClass(), "cifar10-32.bin"));
    records[3 * 3073] = 10;
    records[20 * 3073] = -1;
    Path file = Files.write(dir.resolve("batch.bin"), records);
    CifarSource.Builder builder =
        CifarSource.builder(CifarSource.Labels.CIFAR10).file("train", file.toString());
    CifarSource two = builder.tolerate(2).open(conf);
    assertThat(two.read(spark).select("id").orderBy("id").collectAsList())
        .extracting(row -> row.getLong(0))
        .hasSize(30)
        .doesNotContain(3L, 20L);
    assertThat(two.check(spark).skipped())
        .extracting(BadImageDataException::offset)
        .containsExactly(3L * 3073, 20L * 3073);
    CifarSource one = builder.tolerate(1).open(conf);
    assertThatThrownBy(() -> one.read(spark))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("at most 1 bad records")
        .hasMessageContaining("at byte 9219");
    CifarSource none = builder.tolerate(0).open(conf);
    assertThatThrownBy(() -> none.read(spark).count())
        .satisfies(e -> assertThat(BadImageDataException.findIn(e).offset()).isEqualTo(9219));
  }

  @Test
  void refusesAClassWithoutImages(SparkSession spark) throws IOException {
    byte[] records = Files.readAllBytes(TestData.path(getClass(), "cifar10-32.bin"));
    Path file = Files.write(dir.resolve("batch.bin"), Arrays.copyOf(records, 2 * 3073));
    CifarSource source =
        CifarSource.builder(CifarSource.Labels.CIFAR10).file("train", file.toString()).open(conf);
    assertThatThrownBy(() -> source.check(spark))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("class 0 (airplane");
  }

  @Test
  void readsRangesOfOneFileByManyTasks(SparkSession spark) throws IOException {
    byte[] records = Files.readAllBytes(TestData.path(getClass(), "cifar10-32.bin"));
    Path file = dir.resolve("large.bin");
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < 200; i++) {
        out.write(records);
      }
    }
    CifarSource source =
        CifarSource.builder(CifarSource.Labels.CIFAR10).file("train", file.toString()).open(conf);
    assertThat(source.read(spark).rdd().getNumPartitions()).isEqualTo(3);
    List<Row> some = source.read(spark).where("id % 1000 = 999").orderBy("id").collectAsList();
    assertThat(some).hasSize(6);
    assertThat((byte[]) some.get(5).get(1)).isEqualTo(TestData.cifar(5999 % 32));
  }
}
