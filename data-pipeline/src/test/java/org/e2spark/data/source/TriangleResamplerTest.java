package org.e2spark.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Against PIL 10.4's {@code resize(..., BILINEAR)}, which rounds its weights: at most 1 level off.
 */
class TriangleResamplerTest {
  private static final ImageShape IN = new ImageShape(1, 5, 7);
  private static final int[] SMALLER = {31, 89, 157, 215, 36, 94, 162, 220, 41, 99, 167, 225};
  private static final int[] FLATTER = {
    14, 51, 88, 125, 162, 199, 236, 20, 57, 94, 131, 168, 205, 242
  };
  private static final int[] LARGER_FIRST_ROW = {11, 36, 64, 93, 122, 151, 180, 208, 233};
  private static final int[] LARGER_LAST_ROW = {23, 48, 76, 105, 134, 163, 192, 220, 245};

  private static byte[] image() {
    byte[] image = new byte[35];
    for (int i = 0; i < 35; i++) {
      image[i] = (byte) (i * 37 + 11);
    }
    return image;
  }

  private static void check(byte[] result, int[] expected) {
    assertThat(result).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(result[i] & 0xff).isBetween(expected[i] - 1, expected[i] + 1);
    }
  }

  @Test
  void resamplesAsPilDoes() {
    check(TriangleResampler.resize(image(), IN, new ImageShape(1, 3, 4)), SMALLER);
    check(TriangleResampler.resize(image(), IN, new ImageShape(1, 2, 7)), FLATTER);
    byte[] larger = TriangleResampler.resize(image(), IN, new ImageShape(1, 9, 9));
    check(Arrays.copyOf(larger, 9), LARGER_FIRST_ROW);
    check(Arrays.copyOfRange(larger, 72, 81), LARGER_LAST_ROW);
  }

  @Test
  void keepsChannelsApart() {
    byte[] two = new byte[70];
    System.arraycopy(image(), 0, two, 35, 35);
    byte[] result = TriangleResampler.resize(two, new ImageShape(2, 5, 7), new ImageShape(2, 3, 4));
    check(Arrays.copyOfRange(result, 12, 24), SMALLER);
    assertThat(Arrays.copyOf(result, 12)).containsOnly(0);
  }
}
