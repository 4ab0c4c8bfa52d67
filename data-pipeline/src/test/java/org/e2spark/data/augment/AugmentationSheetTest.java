package org.e2spark.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.e2spark.data.source.TestData;
import org.junit.jupiter.api.Test;

/** Leaves a sheet of each policy in {@code target/contact-sheets}. */
class AugmentationSheetTest {

  private static final Map<String, Augmentation> POLICIES =
      Map.of(
          "crop-flip", Augmentation.sequence(new RandomCrop(4), RandomFlip.horizontal()),
          "vertical-flip", RandomFlip.vertical(),
          "cutout", new Cutout(16),
          "auto-augment", new AutoAugment(),
          "color-jitter", new ColorJitter(0.4, 0.4, 0.4, 0.1),
          "rotation-nearest", RandomRotation.anyAngle(Interpolation.NEAREST),
          "rotation-bilinear", RandomRotation.anyAngle(Interpolation.BILINEAR),
          "rotation-bicubic", RandomRotation.anyAngle(Interpolation.BICUBIC));

  @Test
  void drawsEveryPolicy() throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "contact-sheets"));
    List<byte[]> images = IntStream.range(0, 12).mapToObj(TestData::cifar).toList();
    AugmentationSheet sheet = new AugmentationSheet(TestData.CIFAR, 16);
    for (Map.Entry<String, Augmentation> policy : POLICIES.entrySet()) {
      Path png = folder.resolve(policy.getKey() + ".png");
      try (OutputStream out = Files.newOutputStream(png)) {
        sheet.write(policy.getValue(), images, 1, out);
      }
      BufferedImage drawn = ImageIO.read(png.toFile());
      assertThat(drawn.getWidth()).isEqualTo(16 * 34 - 2);
      assertThat(drawn.getHeight()).isEqualTo(12 * 34 - 2);
      byte[] last = images.get(11).clone();
      policy.getValue().apply(last, TestData.CIFAR, new long[] {11}, new AugmentationKey(1, 14));
      assertPixel(drawn, 15 * 34 + 9, 11 * 34 + 20, last, 20 * 32 + 9);
      assertPixel(drawn, 9, 20, images.get(0), 20 * 32 + 9);
    }
  }

  private static void assertPixel(BufferedImage drawn, int x, int y, byte[] image, int at) {
    int rgb = (image[at] & 0xff) << 16 | (image[at + 1024] & 0xff) << 8 | (image[at + 2048] & 0xff);
    assertThat(drawn.getRGB(x, y) & 0xffffff).isEqualTo(rgb);
  }
}
