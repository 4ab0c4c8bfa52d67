package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.text.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class AmatSourceTest {

  @TempDir Path dir;

  private final Configuration conf = new Configuration();

  @Test
  void readsDigitsWrittenAsText(SparkSession spark) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      for (byte pixel : TestData.mnist(i)) {
        text.append(Text.format("%.18e ", (pixel & 0xff) / 255.0));
      }
      text.append(Text.format("%.18e\n", (double) i));
    }
    byte[] bytes = text.append("\n").toString().getBytes(StandardCharsets.US_ASCII);
    for (byte[] stored : List.of(bytes, IdxSourceTest.gzip(bytes))) {
      Path file = Files.write(dir.resolve("train.amat"), stored);
      List<Row> rows =
          AmatSource.builder()
              .file("train", file.toString())
              .open(conf)
              .read(spark)
              .orderBy("id")
              .collectAsList();
      assertThat(rows).extracting(row -> row.getInt(2)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
      assertThat((byte[]) rows.get(5).get(1)).isEqualTo(TestData.mnist(5));
    }
  }

  @Test
  void cutsALargeFileAtLines(SparkSession spark) throws IOException {
    String line = "0.25 ".repeat(1023) + "1 3\n";
    Path file =
        Files.writeString(dir.resolve("large.amat"), line.repeat(9000), StandardCharsets.US_ASCII);
    AmatSource source =
        AmatSource.builder()
            .shape(new ImageShape(1, 32, 32))
            .file("train", file.toString())
            .open(conf);
    assertThat(source.read(spark).rdd().getNumPartitions()).isEqualTo(3);
    assertThat(source.read(spark).select("id").distinct().count()).isEqualTo(9000);
  }

  @Test
  void namesThePlaceOfEveryKindOfBadLine(SparkSession spark) throws IOException {
    assertBad(spark, "0 1 0 x 1\n", 6, "a number", "x");
    assertBad(spark, "0 1 0 1.5 1\n", 6, "0 to 1", "1.5");
    assertBad(spark, "0 1 0 NaN 1\n", 6, "0 to 1", "NaN");
    assertBad(spark, "0 1 0 1 10\n", 8, "a label of 0 to 9", "10");
    assertBad(spark, "0 1 0 1 0.5\n", 8, "a label of 0 to 9", "0.5");
    assertBad(spark, "0 1 0 1\n", 7, "4 pixels and a label", "4 values");
    assertBad(spark, "0 1 0 1 2 3\n", 9, "4 pixels and a label", "more values");
  }

  private void assertBad(
      SparkSession spark, String line, long offset, String expected, String found)
      throws IOException {
    String good = "0 0 0 0 1\n";
    Path file =
        Files.writeString(dir.resolve("bad.amat"), good + line + good, StandardCharsets.US_ASCII);
    AmatSource.Builder builder =
        AmatSource.builder()
            .shape(new ImageShape(1, 2, 2))
            .classNames(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"))
            .file("train", file.toString());
    assertThatThrownBy(() -> builder.open(conf).read(spark).collectAsList())
        .satisfies(
            e -> {
              BadImageDataException bad = BadImageDataException.findIn(e);
              assertThat(bad.offset()).as(line).isEqualTo(good.length() + offset);
              assertThat(bad.expected()).contains(expected);
              assertThat(bad.found()).isEqualTo(found);
            });
  }

  @Test
  void refusesEndlessLinesAndEmptyFiles() throws IOException {
    Path endless =
        Files.writeString(dir.resolve("endless.amat"), "0".repeat(1000), StandardCharsets.US_ASCII);
    Path empty = Files.writeString(dir.resolve("empty.amat"), "", StandardCharsets.US_ASCII);
    for (Path file : List.of(endless, empty)) {
      assertThatThrownBy(
              () ->
                  AmatSource.builder()
                      .shape(new ImageShape(1, 2, 2))
                      .file("train", file.toString())
                      .open(conf))
          .isInstanceOf(BadImageDataException.class)
          .hasMessageContaining(file.toString());
    }
  }
}
