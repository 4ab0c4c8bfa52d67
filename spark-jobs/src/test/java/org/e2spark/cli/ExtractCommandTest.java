package org.e2spark.cli;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.infer.UntrainedModel;
import org.e2spark.train.TestDigits;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
@Tag("writes-files")
class ExtractCommandTest {

  private static final int IMAGES = 150;

  @TempDir static Path folder;
  private static String model;
  private static String shards;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 30, IMAGES);
    model = UntrainedModel.write("quickstart/c8", TestDigits.SIDE, folder.resolve("model"));
  }

  private static String out(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private static CommandRun extract(String from, String to, String... more) {
    String[] all = new String[6 + more.length];
    System.arraycopy(new String[] {"extract", model, "--from", from, "--to", to}, 0, all, 0, 6);
    System.arraycopy(more, 0, all, 6, more.length);
    return CommandRun.of(all);
  }

  private static Path images(String name, int count) throws IOException {
    Path images = Files.createDirectories(folder.resolve(name));
    for (int i = 0; i < count; i++) {
      BufferedImage image =
          new BufferedImage(TestDigits.SIDE, TestDigits.SIDE, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setSample(i, i, 0, 200);
      ImageIO.write(image, "png", images.resolve("image-" + i + ".png").toFile());
    }
    return images;
  }

  @Test
  void shardsBecomeATableOnceAndTheSameBitsTwice(SparkSession spark) {
    CommandRun first = extract(shards, out("first"), "--predict");
    assertThat(first.err()).isEmpty();
    assertThat(first.out()).contains("Extracted 150 rows");
    Dataset<Row> table = spark.read().parquet(out("first"));
    assertThat(table.columns())
        .containsExactly("id", "label", "features", "probabilities", "prediction", "className");
    assertThat(table.select("id").distinct().count()).isEqualTo(IMAGES);
    List<Row> rows = table.orderBy("id").collectAsList();
    assertThat(rows.get(0).<Float>getList(2)).hasSize(48);
    assertThat(rows)
        .allMatch(
            row -> row.getString(5).equals(List.of("a", "b", "c").get((int) row.getDouble(4))));

    assertThat(extract(shards, out("second"), "--predict").code()).isZero();
    assertThat(spark.read().parquet(out("second")).orderBy("id").collectAsList()).isEqualTo(rows);

    CommandRun again = extract(shards, out("first"), "--predict");
    assertThat(again.code()).isEqualTo(Main.USAGE);
    assertThat(again.err()).contains("an extraction of 150 rows already");
    assertThat(table.count()).isEqualTo(IMAGES);
  }

  @Test
  void anyLayerIsTakenAndOneThatIsNotThereRefused(SparkSession spark) {
    assertThat(
            extract(shards, out("turns"), "--layer", "features.6", "--kind", "orientations").code())
        .isZero();
    assertThat(spark.read().parquet(out("turns")).select("features").head().<Float>getList(0))
        .hasSize(8);
    CommandRun wrong = extract(shards, out("wrong"), "--layer", "features.77");
    assertThat(wrong.code()).isEqualTo(Main.USAGE);
    assertThat(wrong.err()).contains("No layer 'features.77' (there are: features, features.0");
    assertThat(folder.resolve("wrong")).doesNotExist();
  }

  @Test
  void imagesThatCannotBeReadAreAnErrorLeftOutOrKept(SparkSession spark) throws IOException {
    Path images = images("some", 5);
    Files.writeString(images.resolve("notes.txt"), "no image");
    ImageIO.write(
        new BufferedImage(9, 9, BufferedImage.TYPE_BYTE_GRAY),
        "png",
        images.resolve("small.png").toFile());
    String from = images.toUri().toString();

    CommandRun strict = extract(from, out("strict"));
    assertThat(strict.code()).isEqualTo(Main.USAGE);
    assertThat(strict.err()).containsAnyOf("notes.txt", "small.png");

    CommandRun skipping = extract(from, out("skipping"), "--on-invalid", "skip");
    assertThat(skipping.out()).contains("Extracted 5 rows").contains("cannot be read: 2, left out");
    assertThat(spark.read().parquet(out("skipping")).columns())
        .containsExactly("path", "modificationTime", "length", "features");

    CommandRun keeping = extract(from, out("keeping"), "--on-invalid", "keep", "--resize");
    assertThat(keeping.out()).contains("Extracted 7 rows").contains("cannot be read: 1, kept");
    Row bad = spark.read().parquet(out("keeping")).filter(col("invalidReason").isNotNull()).head();
    assertThat(bad.<String>getAs("invalidReason")).contains("notes.txt");
    assertThat(bad.isNullAt(bad.fieldIndex("features"))).isTrue();
  }

  @Test
  void anUnfinishedExtractionIsBegunAgainAndAnotherRefused(SparkSession spark) throws IOException {
    Path images = images("mended", 3);
    Path broken = images.resolve("broken.png");
    Files.writeString(broken, "no image");
    String from = images.toUri().toString();
    assertThat(extract(from, out("mending")).code()).isEqualTo(Main.USAGE);
    Files.writeString(folder.resolve("mending/part-00000-left.parquet"), "left");
    assertThat(extract(from, out("mending"), "--predict").err()).contains("unfinished extraction");
    Files.delete(broken);
    CommandRun mended = extract(from, out("mending"));
    assertThat(mended.err()).isEmpty();
    assertThat(mended.out()).contains("Extracted 3 rows");
    assertThat(spark.read().parquet(out("mending")).count()).isEqualTo(3);

    Files.createDirectories(folder.resolve("mine"));
    Files.writeString(folder.resolve("mine/notes.txt"), "mine");
    assertThat(extract(from, out("mine")).err()).contains("no extraction");
    assertThat(folder.resolve("mine")).isDirectoryContaining("glob:**notes.txt");
  }

  @Test
  void aTableKeepsItsColumns(SparkSession spark) {
    TestDigits.source(folder).read(spark).write().parquet(out("table"));
    CommandRun run = extract(out("table"), out("of-table"), "--image-format", "chw-bytes");
    assertThat(run.err()).isEmpty();
    assertThat(spark.read().parquet(out("of-table")).columns())
        .containsExactly("id", "image", "label", "split", "features");
  }

  @Test
  void aTableInFoldersOfPartitionsIsOneToo(SparkSession spark) {
    TestDigits.source(folder)
        .read(spark)
        .write()
        .partitionBy("split", "label")
        .parquet(out("parted"));
    CommandRun run = extract(out("parted"), out("of-parted"), "--image-format", "chw-bytes");
    assertThat(run.err()).isEmpty();
    Dataset<Row> table = spark.read().parquet(out("of-parted"));
    assertThat(table.columns()).containsExactly("id", "image", "split", "label", "features");
    assertThat(table.groupBy("split").count().orderBy("split").collectAsList())
        .extracting(row -> row.getLong(1))
        .containsExactly((long) IMAGES, 30L);
  }
}
