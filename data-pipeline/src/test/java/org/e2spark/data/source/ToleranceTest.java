package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Sources with two bad records, of which none, one, two and three are tolerated. */
@ExtendWith(SparkExtension.class)
class ToleranceTest {
  private static final Configuration CONF = new Configuration();

  @TempDir Path dir;

  /**
   * @param open opens the source with a tolerance
   * @param good how many records are left
   * @param places what the two errors name, each by file and offset or row
   */
  private static void check(
      SparkSession spark, IntFunction<ImageSource> open, long good, String... places) {
    for (int tolerated : new int[] {2, 3}) {
      ImageSource source = open.apply(tolerated);
      assertThat(source.read(spark).count()).isEqualTo(good);
      SourceReport report = source.check(spark);
      assertThat(report.images()).isEqualTo(good);
      assertThat(report.skipped()).hasSize(2);
      for (int i = 0; i < 2; i++) {
        assertThat(report.skipped().get(i).getMessage()).contains(places[i] + ":");
      }
    }
    ImageSource one = open.apply(1);
    assertThatThrownBy(() -> one.read(spark))
        .isInstanceOf(BadImageDataException.class)
        .hasMessageContaining("at most 1 bad records")
        .hasMessageContaining("at least 2; the first: ")
        .hasMessageContaining(places[0]);
    ImageSource none = open.apply(0);
    assertThatThrownBy(() -> none.read(spark).foreach(row -> {}))
        .satisfies(
            e -> assertThat(BadImageDataException.findIn(e).getMessage()).containsAnyOf(places));
  }

  private Path write(String name, byte[] bytes) throws IOException {
    Files.createDirectories(dir.resolve(name).getParent());
    return Files.write(dir.resolve(name), bytes);
  }

  @Test
  void idx(SparkSession spark) throws IOException {
    Path images = write("images", IdxSourceTest.images(5, 2, 2));
    Path labels = write("labels", IdxSourceTest.labels(0, 7, 1, 255, 0));
    check(
        spark,
        tolerated ->
            IdxSource.builder()
                .split("train", images.toString(), labels.toString())
                .classNames(List.of("a", "b"))
                .tolerate(tolerated)
                .open(CONF),
        3,
        labels + " at byte 9",
        labels + " at byte 11");
  }

  @Test
  void cifar100(SparkSession spark) throws IOException {
    byte[] records = new byte[22 * 3074];
    for (int i = 0; i < 22; i++) {
      records[i * 3074] = (byte) i;
    }
    Path file = write("train.bin", records);
    check(
        spark,
        tolerated ->
            CifarSource.builder(CifarSource.Labels.CIFAR100_COARSE)
                .file("train", file.toString())
                .tolerate(tolerated)
                .open(CONF),
        20,
        file + " at byte " + 20 * 3074,
        file + " at byte " + 21 * 3074);
  }

  @Test
  void stl10(SparkSession spark) throws IOException {
    byte[] labels = new byte[12];
    for (int i = 0; i < 12; i++) {
      labels[i] = (byte) i;
    }
    Path images = write("X", new byte[12 * 3 * 96 * 96]);
    Path labelFile = write("y", labels);
    check(
        spark,
        tolerated ->
            Stl10Source.builder()
                .split("train", images.toString(), labelFile.toString())
                .tolerate(tolerated)
                .open(CONF),
        10,
        labelFile + " at byte 0",
        labelFile + " at byte 11");
  }

  @Test
  void amat(SparkSession spark) throws IOException {
    Path file = dir.resolve("a.amat");
    Files.writeString(file, "0 0 0 0 0\n0 x 0 0 0\n0 0 0 0 1\n0 0 0 1\n0 0 0 0 1\n");
    check(
        spark,
        tolerated ->
            AmatSource.builder()
                .shape(new ImageShape(1, 2, 2))
                .classNames(List.of("a", "b"))
                .file("train", file.toString())
                .tolerate(tolerated)
                .open(CONF),
        3,
        file + " at byte 12",
        file + " at byte 37");
  }

  private Path[] imageFiles() throws IOException {
    byte[] png = Files.readAllBytes(TestData.path(TestData.class, "files/colour.png"));
    byte[] jpeg = Files.readAllBytes(TestData.path(TestData.class, "files/colour.jpg"));
    write("images/frog/a.png", png);
    write("images/frog/c.png", png);
    write("images/truck/d.png", png);
    return new Path[] {
      write("images/frog/b.jpg", Arrays.copyOf(jpeg, jpeg.length - 300)),
      write("images/truck/e.png", Arrays.copyOf(png, 40))
    };
  }

  @Test
  void imageFolders(SparkSession spark) throws IOException {
    Path[] bad = imageFiles();
    check(
        spark,
        tolerated ->
            FolderSource.builder()
                .split("train", dir.resolve("images").toString())
                .tolerate(tolerated)
                .open(CONF),
        3,
        bad[0] + " at byte 1326",
        bad[1] + " at byte 40");
  }

  @Test
  void binaryFiles(SparkSession spark) throws IOException {
    Path[] bad = imageFiles();
    check(
        spark,
        tolerated ->
            TableSource.binaryFiles(spark, dir.resolve("images").toString())
                .tolerate(tolerated)
                .open(),
        3,
        bad[0] + " at byte 1326",
        bad[1] + " at byte 40");
  }

  @Test
  void tables(SparkSession spark) {
    String values = "(1, '0001', 0), (3, '00', 1), (4, '0203', 1), (9, '0203', 2)";
    check(
        spark,
        tolerated ->
            TableSource.builder(
                    spark.sql(
                        "SELECT id, unhex(h) image, label FROM VALUES "
                            + values
                            + " t(id, h, label)"),
                    "four rows")
                .imageColumn("image", TableImages.CHW_BYTES)
                .labelColumn("label")
                .idColumn("id")
                .shape(new ImageShape(1, 1, 2))
                .classNames(List.of("a", "b"))
                .tolerate(tolerated)
                .open(),
        2,
        "four rows row 3",
        "four rows row 9");
  }
}
