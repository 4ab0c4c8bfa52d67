package org.e2spark.data.source;

/**
 * The eight ways in which a file may say that its image is to be turned (EXIF and TIFF tag 274).
 */
enum Orientation {
  UPRIGHT,
  MIRRORED,
  HALF_TURN,
  FLIPPED,
  TRANSPOSED,
  QUARTER_TURN_CLOCKWISE,
  TRANSVERSED,
  QUARTER_TURN_COUNTER_CLOCKWISE;

  static final int TAG = 274;

  /** The orientation of a code; upright if the code is none of 1 to 8. */
  static Orientation of(long code) {
    return code >= 1 && code <= values().length ? values()[(int) code - 1] : UPRIGHT;
  }

  int code() {
    return ordinal() + 1;
  }

  /** Whether height and width change places. */
  boolean swapsSides() {
    return ordinal() >= TRANSPOSED.ordinal();
  }

  /** The image as it is to be seen. */
  StoredSamples apply(StoredSamples stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int height = swapsSides() ? stored.width() : stored.height();
    int width = swapsSides() ? stored.height() : stored.width();
    byte[] from = stored.planes();
    byte[] to = new byte[from.length];
    int at = 0;
    for (int c = 0; c < stored.channels(); c++) {
      int plane = c * height * width;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          to[at++] = from[plane + source(y, x, stored.height(), stored.width())];
        }
      }
    }
    return new StoredSamples(stored.channels(), height, width, to);
  }

  private int source(int y, int x, int height, int width) {
    return switch (this) {
      case UPRIGHT -> y * width + x;
      case MIRRORED -> y * width + width - 1 - x;
      case HALF_TURN -> (height - 1 - y) * width + width - 1 - x;
      case FLIPPED -> (height - 1 - y) * width + x;
      case TRANSPOSED -> x * width + y;
      case QUARTER_TURN_CLOCKWISE -> (height - 1 - x) * width + y;
      case TRANSVERSED -> (height - 1 - x) * width + width - 1 - y;
      case QUARTER_TURN_COUNTER_CLOCKWISE -> x * width + width - 1 - y;
    };
  }
}
