package org.e2spark.data.source.known;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.EmptyClasses;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.data.source.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Files of other formats as people have them: twice, with other labels, from dataset hubs. */
@ExtendWith(SparkExtension.class)
class FileCasesTest {

  @TempDir Path root;

  private SourceCatalog.Opened open(SparkSession spark, String name, SourceOptions options) {
    return SourceCatalog.openWithFiles(spark, name, root.toString(), options);
  }

  private void compress(String name) throws IOException {
    try (var out = new GZIPOutputStream(Files.newOutputStream(root.resolve(name + ".gz")))) {
      Files.copy(root.resolve(name), out);
    }
  }

  private void letters() throws IOException {
    try (var out = new DataOutputStream(Files.newOutputStream(root.resolve("train-images")))) {
      out.writeInt(0x803);
      out.writeInt(26);
      out.writeInt(2);
      out.writeInt(2);
      out.write(new byte[26 * 4]);
    }
    try (var out = new DataOutputStream(Files.newOutputStream(root.resolve("train-labels")))) {
      out.writeInt(0x801);
      out.writeInt(26);
      for (int label = 1; label <= 26; label++) {
        out.writeByte(label);
      }
    }
  }

  private static List<String> alphabet(int letters) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < letters; i++) {
      names.add(String.valueOf((char) ('a' + i)));
    }
    return names;
  }

  @Test
  void aFileAndItsCompressedTwinAreRefused(SparkSession spark) throws IOException {
    Files.write(root.resolve("data_batch_1.bin"), new byte[10 * 3073]);
    compress("data_batch_1.bin");
    assertThatThrownBy(() -> open(spark, "cifar10", SourceOptions.ofSeed(0)))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("data_batch_1.bin and data_batch_1.bin.gz");
    Files.writeString(root.resolve("rotated.amat"), "0 1\n");
    compress("rotated.amat");
    assertThatThrownBy(() -> open(spark, "amat", SourceOptions.ofSeed(0)))
        .hasMessageContaining("rotated.amat and rotated.amat.gz");
    letters();
    compress("train-labels");
    assertThatThrownBy(() -> open(spark, "idx", SourceOptions.ofSeed(0)))
        .hasMessageContaining("train-labels and train-labels.gz");
    Files.write(root.resolve("train_X.bin"), new byte[1]);
    Files.write(root.resolve("train_y.bin"), new byte[1]);
    compress("train_X.bin");
    assertThatThrownBy(() -> open(spark, "stl10", SourceOptions.ofSeed(0)))
        .hasMessageContaining("train_X.bin and train_X.bin.gz");
  }

  @Test
  void labelsMayBeginElsewhere(SparkSession spark) throws IOException {
    letters();
    SourceOptions.Builder options = SourceOptions.builder().classNames(alphabet(26));
    assertThatThrownBy(() -> open(spark, "idx", options.build()))
        .hasMessageContaining("--first-label");
    assertThat(open(spark, "idx", options.firstLabel(1).build()).source().check(spark).counts())
        .containsEntry("train", java.util.Collections.nCopies(26, 1L));
    SourceOptions.Builder more = SourceOptions.builder().classNames(alphabet(27));
    assertThatThrownBy(() -> open(spark, "idx", more.build()))
        .hasMessageContaining("--allow-empty-classes");
    assertThat(
            open(spark, "idx", more.emptyClasses(EmptyClasses.ALLOWED).build())
                .source()
                .check(spark)
                .imagesOfClass(0))
        .isZero();
  }

  @Test
  void filesOfNoFormatAreNamed(SparkSession spark) throws IOException {
    letters();
    Files.writeString(root.resolve("notes.txt"), "about");
    var options = SourceOptions.builder().classNames(alphabet(26)).firstLabel(1).build();
    var account = open(spark, "idx", options).files().orElseThrow();
    assertThat(account.read()).isEqualTo(2);
    assertThat(account.leftOut()).singleElement().asString().contains("notes.txt");
  }

  private static byte[] png(int value) throws IOException {
    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(1, 2, 0, value);
    var out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  private static Dataset<Row> hub(SparkSession spark, int first) throws IOException {
    var image =
        new StructType().add("bytes", DataTypes.BinaryType).add("path", DataTypes.StringType);
    var schema = new StructType().add("image", image).add("label.coarse", DataTypes.LongType);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.add(RowFactory.create(RowFactory.create(png(first + i), i + ".png"), (long) (i % 2)));
    }
    return spark.createDataFrame(rows, schema).coalesce(1);
  }

  private void write(Dataset<Row> rows, String name) throws IOException {
    Path folder = root.resolveSibling(root.getFileName() + "-written");
    rows.write().mode("overwrite").parquet(folder.toString());
    try (var files = Files.list(folder)) {
      Path part = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.move(part, root.resolve(name));
    }
  }

  @Test
  void tablesOfDatasetHubsAreRead(SparkSession spark) throws IOException {
    write(hub(spark, 0), "train-00000-of-00001.parquet");
    write(hub(spark, 100), "test-00000-of-00001.parquet");
    var options = SourceOptions.builder().labelColumn("label.coarse").build();
    var opened = open(spark, "parquet", options);
    assertThat(opened.source().check(spark).counts())
        .containsEntry("train", List.of(2L, 2L))
        .containsEntry("test", List.of(2L, 2L));
    assertThat(opened.source().read(spark).count()).isEqualTo(8);
    assertThat(opened.files().orElseThrow().read()).isEqualTo(2);
    write(hub(spark, 50), "more.parquet");
    assertThatThrownBy(() -> open(spark, "parquet", options))
        .hasMessageContaining("named by its split")
        .hasMessageContaining("more.parquet");
  }

  @Test
  void equalIdsAreRefused(SparkSession spark) throws IOException {
    var schema =
        new StructType()
            .add("id", DataTypes.LongType)
            .add("image", DataTypes.BinaryType)
            .add("label", DataTypes.IntegerType);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.add(RowFactory.create((long) (i / 2), TestData.cifar(i), i % 2));
    }
    write(spark.createDataFrame(rows, schema).coalesce(1), "table.parquet");
    var options = SourceOptions.builder().shape(TestData.CIFAR).build();
    assertThatThrownBy(() -> open(spark, "parquet", options))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("another id in every row, found id 0 in 2 rows");
  }
}
