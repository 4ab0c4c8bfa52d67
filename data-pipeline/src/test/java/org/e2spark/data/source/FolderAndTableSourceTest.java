package org.e2spark.data.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.transform;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Image files in folders and images in tables: the same images, whichever way they come. */
@ExtendWith(SparkExtension.class)
class FolderAndTableSourceTest {

  @TempDir Path dir;

  private final Configuration conf = new Configuration();

  @BeforeEach
  void layOut() throws IOException {
    copy("colour.png", "frog/a.png");
    copy("colour.bmp", "frog/deep/b.bmp");
    copy("colour.tiff", "truck/c.tiff");
    copy("alpha.png", "truck/d");
    Files.writeString(dir.resolve("frog/.hidden"), "not an image");
  }

  private void copy(String name, String to) throws IOException {
    Path target = dir.resolve(to);
    Files.createDirectories(target.getParent());
    Files.copy(TestData.path(getClass(), "files/" + name), target);
  }

  @Test
  void readsClassFolders(SparkSession spark) {
    assertReads(FolderSource.builder().split("train", dir.toString()).open(conf), spark);
  }

  @Test
  void namesBadFilesAndEmptyClasses(SparkSession spark) throws IOException {
    Path bad = Files.writeString(dir.resolve("truck/readme.txt"), "not an image");
    assertThatThrownBy(() -> open(0).read(spark).count())
        .satisfies(e -> assertThat(BadImageDataException.findIn(e).file()).endsWith("readme.txt"));
    assertThat(open(1).read(spark).count()).isEqualTo(4);
    Files.delete(bad);
    Files.createDirectory(dir.resolve("zebra"));
    assertThatThrownBy(() -> open(0))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("zebra")
        .hasMessageContaining("no file");
  }

  private FolderSource open(int tolerated) {
    return FolderSource.builder().split("train", dir.toString()).tolerate(tolerated).open(conf);
  }

  @Test
  void readsBinaryFilesAndSparkImages(SparkSession spark) throws IOException {
    Files.delete(dir.resolve("frog/.hidden"));
    Files.move(dir.resolve("frog/deep/b.bmp"), dir.resolve("frog/b.bmp"));
    TableSource binary = TableSource.binaryFiles(spark, dir.toString()).open();
    assertReads(binary, spark);
    Files.delete(dir.resolve("truck/c.tiff"));
    copy("colour.png", "truck/c.png");
    TableSource images = TableSource.sparkImages(spark, dir.toString()).open();
    assertReads(images, spark);
  }

  private static void assertReads(ImageSource source, SparkSession spark) {
    assertThat(source.classNames()).containsExactly("frog", "truck");
    assertThat(source.shape()).isEqualTo(TestData.CIFAR);
    List<Row> rows = source.read(spark).orderBy("id").collectAsList();
    assertThat(rows).extracting(row -> row.getLong(0)).containsExactly(0L, 1L, 2L, 3L);
    assertThat(rows).extracting(row -> row.getInt(2)).containsExactly(0, 0, 1, 1);
    assertThat(rows)
        .allSatisfy(row -> assertThat((byte[]) row.get(1)).isEqualTo(TestData.cifar(0)));
  }

  @Test
  void readsParquetOfBytesAndArraysAlikeInAnyPartitioning(SparkSession spark) {
    Dataset<Row> cifar =
        CifarSource.builder(CifarSource.Labels.CIFAR10)
            .file("train", TestData.path(getClass(), "cifar10-32.bin").toString())
            .open(conf)
            .read(spark);
    Path parquet = dir.resolve("table.parquet");
    cifar.repartition(3).write().parquet(parquet.toString());
    List<Row> expected = cifar.orderBy("id").collectAsList();

    TableSourceBuilder withIds =
        TableSource.parquet(spark, parquet.toString())
            .imageColumn("image", TableImages.CHW_BYTES)
            .labelColumn("label")
            .splitColumn("split")
            .idColumn("id")
            .shape(TestData.CIFAR);
    assertSame(withIds.open().read(spark).orderBy("id").collectAsList(), expected);

    Path decoded = dir.resolve("arrays.parquet");
    spark
        .read()
        .parquet(parquet.toString())
        .selectExpr(
            "id",
            "label",
            "transform(sequence(1, 3072), i -> conv(hex(substring(image, i, 1)), 16, 10)) AS text")
        .withColumn("pixels", transform(col("text"), c -> c.cast("double")))
        .withColumn("unit", transform(col("text"), c -> c.cast("double").divide(255)))
        .drop("text")
        .write()
        .parquet(decoded.toString());
    Dataset<Row> arrays = spark.read().parquet(decoded.toString());
    for (TableSourceBuilder builder :
        List.of(
            TableSource.builder(arrays, "arrays").imageColumn("pixels", TableImages.CHW_ARRAY),
            TableSource.builder(arrays, "arrays")
                .imageColumn("unit", TableImages.CHW_UNIT_ARRAY))) {
      TableSource source = builder.labelColumn("label").idColumn("id").shape(TestData.CIFAR).open();
      assertSame(source.read(spark).orderBy("id").collectAsList(), expected);
    }

    List<Row> ranked = withoutIds(spark, parquet, 1);
    assertThat(ranked).hasSize(32);
    assertSame(withoutIds(spark, parquet, 4), ranked);
  }

  private static List<Row> withoutIds(SparkSession spark, Path parquet, int partitions) {
    return TableSource.builder(
            spark.read().parquet(parquet.toString()).drop("id").repartition(partitions), "table")
        .imageColumn("image", TableImages.CHW_BYTES)
        .labelColumn("label")
        .shape(TestData.CIFAR)
        .open()
        .read(spark)
        .orderBy("id")
        .collectAsList();
  }

  private static void assertSame(List<Row> actual, List<Row> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).getLong(0)).isEqualTo(expected.get(i).getLong(0));
      assertThat((byte[]) actual.get(i).get(1)).isEqualTo((byte[]) expected.get(i).get(1));
      assertThat(actual.get(i).getInt(2)).isEqualTo(expected.get(i).getInt(2));
    }
  }

  @Test
  void namesColumnsThatDoNotFit(SparkSession spark) {
    Dataset<Row> table = spark.sql("SELECT unhex('00010203') image, -1 label, 'x' word");
    TableSourceBuilder builder =
        TableSource.builder(table, "four bytes").imageColumn("image", TableImages.CHW_BYTES);
    assertThatThrownBy(() -> builder.labelColumn("lable"))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("'lable'")
        .hasMessageContaining("image, label, word");
    builder.shape(new ImageShape(1, 2, 2)).labelColumn("label");
    assertThatThrownBy(builder::open)
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("-1.0");
    builder.labelColumn("word").shape(new ImageShape(1, 3, 3));
    assertThatThrownBy(() -> builder.open().read(spark).count())
        .satisfies(
            e ->
                assertThat(BadImageDataException.findIn(e))
                    .hasMessageContaining("9 bytes")
                    .hasMessageContaining("4 bytes"));
    assertThatThrownBy(() -> TableSource.parquet(spark, dir.resolve("none").toString()))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("none");
  }
}
