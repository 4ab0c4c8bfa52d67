package org.e2spark.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.e2spark.data.source.TestData;
import org.junit.jupiter.api.Test;

/**
 * Augmentations with all that they draw, on 32 real images in several epochs, against an
 * implementation of its own in Python ({@code src/test/python/samples.py}: SplitMix64, the paper's
 * table, PIL and NumPy), to the bit.
 */
class WholeAugmentationTest {

  private static final int IMAGES = 32;

  private static final Map<String, Augmentation> POLICIES =
      Map.of(
          "crop", new RandomCrop(4),
          "flip", RandomFlip.horizontal(),
          "cutout", new Cutout(16),
          "auto-augment", new AutoAugment(),
          "color-jitter", new ColorJitter(0.4, 0.3, 0.5, 0.1),
          "rotation", RandomRotation.anyAngle(Interpolation.NEAREST),
          "crop, flip, auto-augment, cutout",
              Augmentation.sequence(
                  new RandomCrop(4), RandomFlip.horizontal(), new AutoAugment(), new Cutout(16)));

  @Test
  void equalsAnotherImplementationToTheBit() throws IOException {
    JsonNode cases;
    try (InputStream in = getClass().getResourceAsStream("whole.json")) {
      cases = new ObjectMapper().readTree(in);
    }
    assertThat(cases.findValuesAsText("policy")).containsAll(POLICIES.keySet());
    int size = TestData.CIFAR.size();
    for (JsonNode known : cases) {
      byte[] batch = new byte[IMAGES * size];
      for (int i = 0; i < IMAGES; i++) {
        System.arraycopy(TestData.cifar(i), 0, batch, i * size, size);
      }
      AugmentationKey key =
          new AugmentationKey(known.get("seed").asLong(), known.get("epoch").asInt());
      POLICIES
          .get(known.get("policy").asText())
          .apply(batch, TestData.CIFAR, LongStream.range(0, IMAGES).toArray(), key);
      for (int i = 0; i < IMAGES; i++) {
        CRC32 crc = new CRC32();
        crc.update(batch, i * size, size);
        assertThat(crc.getValue())
            .as("%s of image %d, %s", known.get("policy"), i, key)
            .isEqualTo(known.get("crc32").get(i).asLong());
      }
    }
  }
}
