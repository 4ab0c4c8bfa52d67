package org.e2spark.data.source;

/** The colour space of JPEG images (JFIF 1.02, ITU-R BT.601 at full range). */
final class YCbCr {

  private static final int BITS = 16;
  private static final int HALF = 1 << (BITS - 1);
  private static final int RED_OF_CR = fixed(1.402);
  private static final int BLUE_OF_CB = fixed(1.772);
  private static final int GREEN_OF_CB = fixed(0.344136286);
  private static final int GREEN_OF_CR = fixed(0.714136286);

  private YCbCr() {}

  private static int fixed(double factor) {
    return (int) (factor * (1 << BITS) + 0.5);
  }

  /** Turns planes of Y, Cb and Cr into red, green and blue, in place, rounded as libjpeg rounds. */
  static void toRgb(StoredSamples samples) {
    byte[] planes = samples.planes();
    int plane = samples.height() * samples.width();
    for (int i = 0; i < plane; i++) {
      int y = planes[i] & 0xff;
      int cb = (planes[plane + i] & 0xff) - 128;
      int cr = (planes[2 * plane + i] & 0xff) - 128;
      planes[i] = clamp(y + (RED_OF_CR * cr + HALF >> BITS));
      planes[plane + i] = clamp(y + (HALF - GREEN_OF_CB * cb - GREEN_OF_CR * cr >> BITS));
      planes[2 * plane + i] = clamp(y + (BLUE_OF_CB * cb + HALF >> BITS));
    }
  }

  private static byte clamp(int level) {
    return (byte) Math.max(0, Math.min(255, level));
  }
}
