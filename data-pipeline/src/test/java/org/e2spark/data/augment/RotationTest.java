package org.e2spark.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.e2spark.data.source.ImageShape;
import org.junit.jupiter.api.Test;

class RotationTest {

  @Test
  void quarterTurnIsCounterClockwise() {
    byte[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    for (Interpolation interpolation : Interpolation.values()) {
      assertThat(Rotation.ofDegrees(90, interpolation).apply(image, new ImageShape(1, 3, 3)))
          .as("%s", interpolation)
          .containsExactly(3, 6, 9, 2, 5, 8, 1, 4, 7);
    }
  }

  @Property
  void quarterTurnsCompose(
      @ForAll @IntRange(min = 1, max = 9) int side,
      @ForAll @IntRange(min = -5, max = 5) int first,
      @ForAll @IntRange(min = -5, max = 5) int second,
      @ForAll Interpolation interpolation,
      @ForAll long seed) {
    ImageShape shape = new ImageShape(2, side, side);
    byte[] image = noise(shape, seed);
    byte[] twice =
        Rotation.ofDegrees(90 * second, interpolation)
            .apply(Rotation.ofDegrees(90 * first, interpolation).apply(image, shape), shape);
    assertThat(Rotation.ofDegrees(90 * (first + second), interpolation).apply(image, shape))
        .isEqualTo(twice);
  }

  /** The numbers were computed once, on OpenJDK 17 for x86-64, and hold on every JVM. */
  @Test
  void bitsAreTheSameEverywhere() {
    CRC32 crc = new CRC32();
    for (Interpolation interpolation : Interpolation.values()) {
      for (int i = 0; i < 200; i++) {
        crc.update(
            new Rotation(0.7 * i - 70, interpolation)
                .apply(noise(new ImageShape(1, 29, 31), i), new ImageShape(1, 29, 31)));
      }
    }
    assertThat(crc.getValue()).isEqualTo(993479766L);
  }

  @Test
  void refusesAnglesThatAreNotFinite() {
    assertThatThrownBy(() -> new Rotation(Double.NaN, Interpolation.NEAREST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN");
  }

  static byte[] noise(ImageShape shape, long seed) {
    SampleRandom random = SampleRandom.of(seed, 0, 0);
    byte[] image = new byte[shape.size()];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) random.nextInt(256);
    }
    return image;
  }
}
