package org.e2spark.data.augment;

import org.e2spark.data.source.ImageShape;

/**
 * Changes of colour and sharpness on one image in place, equal to those of PIL 10 to the bit.
 *
 * <p>An enhancement blends the image with a version of it that lacks something: factor 0 gives that
 * version, 1 the image, and above 1 the image with more of it.
 */
final class ColorOperations {

  private ColorOperations() {}

  /** Colours are three planes; grey images have one, and no colour to change. */
  static void checkShape(ImageShape shape) {
    if (shape.channels() != 1 && shape.channels() != 3) {
      throw new IllegalArgumentException(
          "Colours of images of shape " + shape + " are not known (1 channel grey or 3 RGB)");
    }
  }

  /** ITU-R 601 luma in 16-bit fixed point. */
  static int luma(int red, int green, int blue) {
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  private static int luma(byte[] pixels, int at, ImageShape shape) {
    if (shape.channels() == 1) {
      return pixels[at] & 0xff;
    }
    int plane = shape.planeSize();
    return luma(pixels[at] & 0xff, pixels[at + plane] & 0xff, pixels[at + 2 * plane] & 0xff);
  }

  /** Between {@code poor} (factor 0) and {@code own} (factor 1), or beyond, cut to a byte. */
  private static byte blend(int poor, int own, float factor) {
    float value = poor + factor * (own - poor);
    return (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) value);
  }

  /** More or less colour. */
  static void saturate(byte[] pixels, int from, ImageShape shape, double factor) {
    if (shape.channels() == 1) {
      return;
    }
    int plane = shape.planeSize();
    for (int p = from; p < from + plane; p++) {
      int grey = luma(pixels, p, shape);
      for (int c = 0; c < 3; c++) {
        int at = p + c * plane;
        pixels[at] = blend(grey, pixels[at] & 0xff, (float) factor);
      }
    }
  }

  /** More or less contrast to the mean grey. */
  static void contrast(byte[] pixels, int from, ImageShape shape, double factor) {
    long sum = 0;
    for (int p = from; p < from + shape.planeSize(); p++) {
      sum += luma(pixels, p, shape);
    }
    int mean = (int) ((double) sum / shape.planeSize() + 0.5);
    blendAll(pixels, from, shape, mean, factor);
  }

  /** More or less light. */
  static void brighten(byte[] pixels, int from, ImageShape shape, double factor) {
    blendAll(pixels, from, shape, 0, factor);
  }

  private static void blendAll(byte[] pixels, int from, ImageShape shape, int poor, double factor) {
    byte[] table = new byte[256];
    for (int i = 0; i < 256; i++) {
      table[i] = blend(poor, i, (float) factor);
    }
    lookUp(pixels, from, shape.size(), table);
  }

  /**
   * More or less difference to a smoothed image (weights 5 in the middle, 1 around; border kept).
   */
  static void sharpen(byte[] pixels, int from, ImageShape shape, double factor, byte[] scratch) {
    System.arraycopy(pixels, from, scratch, 0, shape.size());
    int width = shape.width();
    for (int c = 0; c < shape.channels(); c++) {
      int plane = c * shape.planeSize();
      for (int y = 1; y < shape.height() - 1; y++) {
        for (int x = 1; x < width - 1; x++) {
          int at = plane + y * width + x;
          int sum =
              row(scratch, at - width)
                  + row(scratch, at)
                  + row(scratch, at + width)
                  + 4 * (scratch[at] & 0xff);
          int smooth = (2 * sum + 13) / 26;
          pixels[from + at] = blend(smooth, scratch[at] & 0xff, (float) factor);
        }
      }
    }
  }

  private static int row(byte[] pixels, int at) {
    return (pixels[at - 1] & 0xff) + (pixels[at] & 0xff) + (pixels[at + 1] & 0xff);
  }

  /** Keeps the upper bits of each value. */
  static void posterize(byte[] pixels, int from, ImageShape shape, int bits) {
    int mask = -(1 << (8 - bits));
    for (int p = from; p < from + shape.size(); p++) {
      pixels[p] = (byte) (pixels[p] & mask);
    }
  }

  /** Inverts the values from a threshold up. */
  static void solarize(byte[] pixels, int from, ImageShape shape, double threshold) {
    for (int p = from; p < from + shape.size(); p++) {
      int value = pixels[p] & 0xff;
      pixels[p] = (byte) (value < threshold ? value : 255 - value);
    }
  }

  /** Stretches each channel to the whole range. */
  static void stretch(byte[] pixels, int from, ImageShape shape) {
    for (int c = 0; c < shape.channels(); c++) {
      int start = from + c * shape.planeSize();
      int low = 255;
      int high = 0;
      for (int p = start; p < start + shape.planeSize(); p++) {
        int value = pixels[p] & 0xff;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (high > low) {
        double scale = 255.0 / (high - low);
        double offset = -low * scale;
        byte[] table = new byte[256];
        for (int i = 0; i < 256; i++) {
          table[i] = (byte) Math.max(0, Math.min(255, (int) (i * scale + offset)));
        }
        lookUp(pixels, start, shape.planeSize(), table);
      }
    }
  }

  /** Spreads each channel so that its values become about equally frequent. */
  static void equalize(byte[] pixels, int from, ImageShape shape) {
    for (int c = 0; c < shape.channels(); c++) {
      int start = from + c * shape.planeSize();
      int[] histogram = new int[256];
      int largest = 0;
      for (int p = start; p < start + shape.planeSize(); p++) {
        int value = pixels[p] & 0xff;
        histogram[value]++;
        largest = Math.max(largest, value);
      }
      int step = (shape.planeSize() - histogram[largest]) / 255;
      if (step > 0) {
        byte[] table = new byte[256];
        int n = step / 2;
        for (int i = 0; i < 256; i++) {
          table[i] = (byte) Math.min(255, n / step);
          n += histogram[i];
        }
        lookUp(pixels, start, shape.planeSize(), table);
      }
    }
  }

  private static void lookUp(byte[] pixels, int from, int count, byte[] table) {
    for (int p = from; p < from + count; p++) {
      pixels[p] = table[pixels[p] & 0xff];
    }
  }

  /** Turns the hues by a part of the colour circle, in steps of 1/256. */
  static void turnHue(byte[] pixels, int from, ImageShape shape, double turn) {
    if (shape.channels() == 1) {
      return;
    }
    int plane = shape.planeSize();
    int shift = (int) (turn * 255);
    for (int p = from; p < from + plane; p++) {
      int red = pixels[p] & 0xff;
      int green = pixels[p + plane] & 0xff;
      int blue = pixels[p + 2 * plane] & 0xff;
      int value = Math.max(red, Math.max(green, blue));
      int range = value - Math.min(red, Math.min(green, blue));
      int hue = 0;
      int saturation = 0;
      if (range > 0) {
        hue = hue(red, green, blue, value, range);
        saturation = (int) ((float) range / value * 255.0);
      }
      int rgb = rgb((hue + shift) & 0xff, saturation, value);
      pixels[p] = (byte) (rgb >> 16);
      pixels[p + plane] = (byte) (rgb >> 8);
      pixels[p + 2 * plane] = (byte) rgb;
    }
  }

  /** The mixture of float and double is PIL's; it decides the last bit. */
  private static int hue(int red, int green, int blue, int value, int range) {
    float redShare = (float) (value - red) / range;
    float greenShare = (float) (value - green) / range;
    float blueShare = (float) (value - blue) / range;
    float sector;
    if (red == value) {
      sector = blueShare - greenShare;
    } else if (green == value) {
      sector = (float) (2.0 + redShare - blueShare);
    } else {
      sector = (float) (4.0 + greenShare - redShare);
    }
    float hue = (float) ((sector / 6.0 + 1.0) % 1.0);
    return (int) (hue * 255.0);
  }

  private static int rgb(int hue, int saturation, int value) {
    if (saturation == 0) {
      return value * 0x010101;
    }
    int sector = (int) (hue * 6.0 / 255.0);
    float rest = (float) (hue * 6.0 / 255.0 - sector);
    float share = (float) (saturation / 255.0);
    int low = (int) Math.round(value * (1.0 - share));
    int falling = (int) Math.round(value * (1.0 - share * rest));
    int rising = (int) Math.round(value * (1.0 - share * (1.0 - rest)));
    return switch (sector % 6) {
      case 0 -> pack(value, rising, low);
      case 1 -> pack(falling, value, low);
      case 2 -> pack(low, value, rising);
      case 3 -> pack(low, falling, value);
      case 4 -> pack(rising, low, value);
      default -> pack(value, low, falling);
    };
  }

  private static int pack(int red, int green, int blue) {
    return red << 16 | green << 8 | blue;
  }
}
