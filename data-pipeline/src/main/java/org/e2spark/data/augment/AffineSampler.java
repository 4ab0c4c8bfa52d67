package org.e2spark.data.augment;

/**
 * Samples planes under an affine map from output to input positions.
 *
 * <p>Pixel {@code (x, y)} covers the square from {@code (x, y)} to {@code (x + 1, y + 1)}; its
 * centre {@code (x + 1/2, y + 1/2)} is mapped to {@code (a x + b y + c, d x + e y + f)}. A position
 * outside the plane gives the fill value; inside it, neighbours beyond the border repeat it. These
 * are the conventions of PIL's affine transform.
 */
record AffineSampler(
    double a, double b, double c, double d, double e, double f, int width, int height) {

  private static final int FIXED_BITS = 16;

  /**
   * Fills the planes from {@code out[outFrom]} with those from {@code in[from]}, sampled.
   *
   * @param rounding added before truncation to a whole number: 0.5 rounds, 0 truncates
   */
  void sample(
      byte[] in,
      int from,
      byte[] out,
      int outFrom,
      int planes,
      Interpolation interpolation,
      double rounding,
      byte fill) {
    if (interpolation == Interpolation.NEAREST) {
      sampleNearest(in, from, out, outFrom, planes, fill);
    } else {
      sampleBetween(in, from, out, outFrom, planes, interpolation, rounding, fill);
    }
  }

  private double inX(int x, int y) {
    return a * (x + 0.5) + b * (y + 0.5) + c;
  }

  private double inY(int x, int y) {
    return d * (x + 0.5) + e * (y + 0.5) + f;
  }

  private boolean isOutside(double x, double y) {
    return !(x >= 0 && x < width && y >= 0 && y < height);
  }

  private void fill(byte[] out, int at, int planes, byte value) {
    for (int p = 0; p < planes; p++) {
      out[at + p * width * height] = value;
    }
  }

  private static byte toByte(double value) {
    return (byte) Math.max(0, Math.min(255, (int) value));
  }

  /** Steps in fixed point of 16 bits, as PIL does: positions a hair from a border decide alike. */
  private void sampleNearest(byte[] in, int from, byte[] out, int outFrom, int planes, byte fill) {
    long rowX = fixed(c + a * 0.5 + b * 0.5);
    long rowY = fixed(f + d * 0.5 + e * 0.5);
    long stepX = fixed(a);
    long stepY = fixed(d);
    for (int y = 0; y < height; y++) {
      long fixedX = rowX;
      long fixedY = rowY;
      for (int x = 0; x < width; x++) {
        long inX = fixedX >> FIXED_BITS;
        long inY = fixedY >> FIXED_BITS;
        int at = outFrom + y * width + x;
        if (inX >= 0 && inX < width && inY >= 0 && inY < height) {
          int inAt = from + (int) (inY * width + inX);
          for (int p = 0; p < planes; p++) {
            out[at + p * width * height] = in[inAt + p * width * height];
          }
        } else {
          fill(out, at, planes, fill);
        }
        fixedX += stepX;
        fixedY += stepY;
      }
      rowX += fixed(b);
      rowY += fixed(e);
    }
  }

  private static long fixed(double value) {
    return (long) Math.floor(value * (1 << FIXED_BITS) + 0.5);
  }

  private void sampleBetween(
      byte[] in,
      int from,
      byte[] out,
      int outFrom,
      int planes,
      Interpolation interpolation,
      double rounding,
      byte fill) {
    boolean linear = interpolation == Interpolation.BILINEAR;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = outFrom + y * width + x;
        double inX = inX(x, y);
        double inY = inY(x, y);
        if (isOutside(inX, inY)) {
          fill(out, at, planes, fill);
          continue;
        }
        int x0 = (int) Math.floor(inX - 0.5);
        int y0 = (int) Math.floor(inY - 0.5);
        double dx = inX - 0.5 - x0;
        double dy = inY - 0.5 - y0;
        for (int p = 0; p < planes; p++) {
          int plane = p * width * height;
          double value =
              linear
                  ? bilinear(in, from + plane, x0, y0, dx, dy)
                  : bicubic(in, from + plane, x0, y0, dx, dy);
          out[at + plane] = toByte(value + rounding);
        }
      }
    }
  }

  private double bilinear(byte[] in, int plane, int x0, int y0, double dx, double dy) {
    int left = clampX(x0);
    int right = clampX(x0 + 1);
    int top = plane + clampY(y0) * width;
    int bottom = plane + clampY(y0 + 1) * width;
    double upper = mix(in[top + left] & 0xff, in[top + right] & 0xff, dx);
    double lower = mix(in[bottom + left] & 0xff, in[bottom + right] & 0xff, dx);
    return mix(upper, lower, dy);
  }

  private static double mix(double first, double second, double weight) {
    return first * (1 - weight) + second * weight;
  }

  private double bicubic(byte[] in, int plane, int x0, int y0, double dx, double dy) {
    return cubic(
        cubicRow(in, plane, x0, y0 - 1, dx),
        cubicRow(in, plane, x0, y0, dx),
        cubicRow(in, plane, x0, y0 + 1, dx),
        cubicRow(in, plane, x0, y0 + 2, dx),
        dy);
  }

  private double cubicRow(byte[] in, int plane, int x0, int y, double dx) {
    int row = plane + clampY(y) * width;
    return cubic(
        in[row + clampX(x0 - 1)] & 0xff,
        in[row + clampX(x0)] & 0xff,
        in[row + clampX(x0 + 1)] & 0xff,
        in[row + clampX(x0 + 2)] & 0xff,
        dx);
  }

  /** Cubic convolution with a = -1, as a polynomial in the position. */
  private static double cubic(double v1, double v2, double v3, double v4, double t) {
    double linear = v3 - v1;
    double square = 2 * (v1 - v2) + v3 - v4;
    double cube = v2 - v1 - v3 + v4;
    return v2 + t * (linear + t * (square + t * cube));
  }

  private int clampX(int x) {
    return Math.max(0, Math.min(width - 1, x));
  }

  private int clampY(int y) {
    return Math.max(0, Math.min(height - 1, y));
  }
}
