package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SparkExtension.class)
class IdxSourceTest {

  @TempDir Path dir;

  private final Configuration conf = new Configuration();

  @Test
  void readsPlainAndGzippedSplitsWithIdsInOrder(SparkSession spark) throws IOException {
    Path trainImages = write("train-images", images(3, 2, 2));
    Path trainLabels = write("train-labels.gz", gzip(labels(7, 0, 9)));
    Path testImages = write("test-images.gz", gzip(images(2, 2, 2)));
    Path testLabels = write("test-labels", labels(1, 2));
    IdxSource source =
        IdxSource.builder()
            .split("train", trainImages.toString(), trainLabels.toString())
            .split("test", testImages.toString(), testLabels.toString())
            .open(conf);
    assertThat(source.shape()).isEqualTo(new ImageShape(1, 2, 2));
    List<Row> rows = source.read(spark).orderBy("id").collectAsList();
    assertThat(rows).extracting(row -> row.getLong(0)).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(rows).extracting(row -> row.getInt(2)).containsExactly(7, 0, 9, 1, 2);
    assertThat(rows)
        .extracting(row -> row.getString(3))
        .containsExactly("train", "train", "train", "test", "test");
    assertThat((byte[]) rows.get(1).get(1)).containsExactly(4, 5, 6, 7);
    assertThat((byte[]) rows.get(4).get(1)).containsExactly(4, 5, 6, 7);
  }

  @Test
  void namesFileOffsetExpectedAndFoundOfAWrongMagic() throws IOException {
    Path bad = write("images", labels(1, 2, 3));
    assertThatThrownBy(() -> open(bad, write("labels", labels(1, 2, 3))))
        .isInstanceOfSatisfying(
            BadImageDataException.class,
            e -> {
              assertThat(e.file()).isEqualTo(bad.toString());
              assertThat(e.offset()).isZero();
              assertThat(e.expected()).contains("0x00000803");
              assertThat(e.found()).contains("0x00000801");
            });
  }

  @Test
  void refusesALabelOutOfRangeInTheTaskThatReadsIt(SparkSession spark) throws IOException {
    Path labels = write("labels", labels(1, 10, 3));
    IdxSource source = open(write("images", images(3, 2, 2)), labels);
    assertThatThrownBy(() -> source.read(spark).collectAsList())
        .satisfies(
            failure -> {
              BadImageDataException bad = BadImageDataException.findIn(failure);
              assertThat(bad).isNotNull();
              assertThat(bad.file()).isEqualTo(labels.toString());
              assertThat(bad.offset()).isEqualTo(9);
            });
  }

  @Test
  void refusesTruncatedAndOverlongFiles() throws IOException {
    byte[] whole = images(3, 2, 2);
    Path labels = write("labels", labels(1, 2, 3));
    for (byte[] bad : List.of(Arrays.copyOf(whole, 27), Arrays.copyOf(whole, 29))) {
      for (byte[] file : List.of(bad, gzip(bad))) {
        Path images = write("images", file);
        assertThatThrownBy(() -> open(images, labels))
            .isInstanceOf(BadImageDataException.class)
            .hasMessageContaining("expected 28 bytes");
      }
    }
  }

  private IdxSource open(Path images, Path labels) {
    return IdxSource.builder().split("train", images.toString(), labels.toString()).open(conf);
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(dir.resolve(name), bytes);
  }

  static byte[] images(int n, int height, int width) {
    ByteBuffer file = ByteBuffer.allocate(16 + n * height * width);
    file.putInt(0x803).putInt(n).putInt(height).putInt(width);
    for (int i = 0; file.hasRemaining(); i++) {
      file.put((byte) i);
    }
    return file.array();
  }

  static byte[] labels(int... labels) {
    ByteBuffer file = ByteBuffer.allocate(8 + labels.length);
    file.putInt(0x801).putInt(labels.length);
    for (int label : labels) {
      file.put((byte) label);
    }
    return file.array();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
