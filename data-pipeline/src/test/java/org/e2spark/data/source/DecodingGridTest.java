package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.data.source.TestData.Golden;
import org.e2spark.data.text.Text;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A grid of files (formats, colour spaces, depths, profiles, orientations, subsampling,
 * compression, layout, damage; {@code src/test/python/decoding.py}) against PIL: equal, within 3
 * levels for JPEG, or refused by name.
 */
class DecodingGridTest {

  private static final Map<String, byte[]> VALUES = new HashMap<>();
  private static final List<Golden> FILES = new ArrayList<>();

  @BeforeAll
  static void load() {
    for (Golden golden : TestData.golden(DecodingGridTest.class, "files/decoding")) {
      if (golden.about().has("values")) {
        VALUES.put(golden.about().get("values").asText(), golden.bytes());
      } else {
        FILES.add(golden);
      }
    }
  }

  @Test
  void decodesAsPilDoesOrRefusesByName() {
    List<String> wrong = new ArrayList<>();
    for (Golden golden : FILES) {
      wrong.addAll(differences(golden, ExifOrientation.AS_STORED, "array", "shape"));
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void turnsImagesAsTheirFilesSayIfAsked() {
    List<String> wrong = new ArrayList<>();
    int turned = 0;
    for (Golden golden : FILES) {
      if (golden.about().has("turned")) {
        wrong.addAll(differences(golden, ExifOrientation.APPLY, "turned", "turnedShape"));
        turned++;
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(turned).isGreaterThan(30);
  }

  private static List<String> differences(
      Golden golden, ExifOrientation orientation, String array, String shapeName) {
    JsonNode about = golden.about();
    String name = about.get("file").asText();
    boolean refuse = about.has("refuse");
    byte[] decoded;
    ImageShape own;
    try {
      own = ImageDecoder.shapeOf(golden.bytes(), name, orientation);
      decoded =
          new ImageDecoder(own, ColorConversion.NONE, orientation)
              .decode(golden.bytes(), name)
              .pixels();
    } catch (BadImageDataException e) {
      boolean named =
          !e.getMessage().contains("Exception")
              && !e.getMessage().contains("cannot be followed")
              && e.getMessage().contains(name);
      return (refuse || about.has("mayRefuse")) && named
          ? List.of()
          : List.of(name + ": " + e.getMessage());
    }
    if (refuse) {
      return List.of(name + ": accepted");
    }
    JsonNode shape = about.get(shapeName);
    if (own.height() != shape.get(1).asInt() || own.width() != shape.get(2).asInt()) {
      return List.of(name + ": " + own + " for " + shape);
    }
    int far = farthest(decoded, own, VALUES.get(about.get(array).asText()), shape.get(0).asInt());
    return far <= about.get("levels").asInt()
        ? List.of()
        : List.of(Text.format("%s: %d levels off", name, far));
  }

  private static int farthest(byte[] chw, ImageShape shape, byte[] hwc, int channels) {
    int farthest = 0;
    for (int p = 0; p < shape.planeSize(); p++) {
      for (int c = 0; c < Math.max(channels, shape.channels()); c++) {
        int ours = chw[Math.min(c, shape.channels() - 1) * shape.planeSize() + p] & 0xff;
        int theirs = hwc[p * channels + Math.min(c, channels - 1)] & 0xff;
        farthest = Math.max(farthest, Math.abs(ours - theirs));
      }
    }
    return farthest;
  }
}
