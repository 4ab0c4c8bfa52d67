package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardInspectorTest {
  @TempDir Path dir;

  private ShardInspector inspector(ImageShape shape) throws IOException {
    TestShards.write(dir, new ShardLayout(shape, 16, false), 20, 20);
    return ShardInspector.of(TestShards.hadoop(dir), new Configuration());
  }

  @Test
  void describesTheManifest() throws IOException {
    assertThat(inspector(new ImageShape(3, 8, 8)).describe())
        .contains("3x8x8, 10 classes")
        .contains("seed 5, {option=value}")
        .contains("train        40 images in 2 shards");
  }

  @Test
  void findsEveryDamagedShard() throws IOException {
    ShardInspector inspector = inspector(new ImageShape(1, 8, 8));
    assertThat(inspector.verify()).isEmpty();
    for (String file : new String[] {"train-00000.arrow", "train-00001.arrow"}) {
      byte[] bytes = Files.readAllBytes(dir.resolve(file));
      bytes[100] ^= 1;
      Files.write(dir.resolve(file), bytes);
    }
    assertThat(inspector.verify())
        .extracting(CorruptShardException::file)
        .containsExactly(
            dir.resolve("train-00000.arrow").toString(),
            dir.resolve("train-00001.arrow").toString());
  }

  @Test
  void drawsARowOfEachClass() throws IOException {
    ImageShape shape = new ImageShape(3, 8, 8);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    inspector(shape).contactSheet("train", 3, png);
    BufferedImage sheet = ImageIO.read(new ByteArrayInputStream(png.toByteArray()));
    assertThat(sheet.getWidth()).isEqualTo(3 * 57 + 1);
    assertThat(sheet.getHeight()).isEqualTo(10 * 57 + 1);
    // Sample 13 is the second of class 1 (after 3): row 1, column 1.
    byte[] image = TestShards.image(shape, 13);
    assertThat(TestShards.label(13)).isEqualTo(1);
    int expected = (image[0] & 0xff) << 16 | (image[64] & 0xff) << 8 | (image[128] & 0xff);
    assertThat(sheet.getRGB(58, 58) & 0xffffff).isEqualTo(expected);
    assertThat(sheet.getRGB(58 + 6, 58 + 6) & 0xffffff).isEqualTo(expected);
    assertThat(sheet.getRGB(58 + 7, 58) & 0xffffff)
        .isEqualTo((image[1] & 0xff) << 16 | (image[65] & 0xff) << 8 | (image[129] & 0xff));
  }

  @Test
  void refusesAnEmptySheet() throws IOException {
    ShardInspector inspector = inspector(new ImageShape(1, 8, 8));
    assertThatThrownBy(() -> inspector.contactSheet("train", 0, new ByteArrayOutputStream()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesASheetBeyondMemory() throws IOException {
    ShardInspector inspector = inspector(new ImageShape(1, 200, 200));
    assertThatThrownBy(() -> inspector.contactSheet("train", 1000, new ByteArrayOutputStream()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2011 x 201001 pixels (at most 67108864): draw fewer");
  }
}
