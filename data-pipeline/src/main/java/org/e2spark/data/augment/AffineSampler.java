package org.e2spark.data.augment;

/**
 * Samples one plane under an affine map from output to input positions.
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
   * Fills {@code out[outFrom ...]} with the sampled plane {@code in[from ...]}.
   *
   * @param rounding added before truncation to a whole number: 0.5 rounds, 0 truncates
   */
  void sample(
      byte[] in,
      int from,
      byte[] out,
      int outFrom,
      Interpolation interpolation,
      double rounding,
      byte fill) {
    if (interpolation == Interpolation.NEAREST) {
      sampleNearest(in, from, out, outFrom, fill);
      return;
    }
    boolean cubic = interpolation == Interpolation.BICUBIC;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double inX = a * (x + 0.5) + b * (y + 0.5) + c;
        double inY = d * (x + 0.5) + e * (y + 0.5) + f;
        byte pixel = fill;
        if (inX >= 0 && inX < width && inY >= 0 && inY < height) {
          double value =
              cubic
                  ? bicubic(in, from, inX - 0.5, inY - 0.5)
                  : bilinear(in, from, inX - 0.5, inY - 0.5);
          pixel = (byte) Math.max(0, Math.min(255, (int) (value + rounding)));
        }
        out[outFrom + y * width + x] = pixel;
      }
    }
  }

  /** Steps in fixed point of 16 bits, as PIL does: positions a hair from a border decide alike. */
  private void sampleNearest(byte[] in, int from, byte[] out, int outFrom, byte fill) {
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
        boolean inside = inX >= 0 && inX < width && inY >= 0 && inY < height;
        out[outFrom + y * width + x] = inside ? in[from + (int) (inY * width + inX)] : fill;
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

  private double bilinear(byte[] in, int from, double x, double y) {
    int x0 = (int) Math.floor(x);
    int y0 = (int) Math.floor(y);
    double dx = x - x0;
    double dy = y - y0;
    int left = clampX(x0);
    int right = clampX(x0 + 1);
    int top = from + clampY(y0) * width;
    int bottom = from + clampY(y0 + 1) * width;
    double upper = mix(in[top + left] & 0xff, in[top + right] & 0xff, dx);
    double lower = mix(in[bottom + left] & 0xff, in[bottom + right] & 0xff, dx);
    return mix(upper, lower, dy);
  }

  private static double mix(double first, double second, double weight) {
    return first * (1 - weight) + second * weight;
  }

  private double bicubic(byte[] in, int from, double x, double y) {
    int x0 = (int) Math.floor(x);
    int y0 = (int) Math.floor(y);
    double dx = x - x0;
    double dy = y - y0;
    int x1 = clampX(x0 - 1);
    int x2 = clampX(x0);
    int x3 = clampX(x0 + 1);
    int x4 = clampX(x0 + 2);
    double v1 = cubicRow(in, from + clampY(y0 - 1) * width, x1, x2, x3, x4, dx);
    double v2 = cubicRow(in, from + clampY(y0) * width, x1, x2, x3, x4, dx);
    double v3 = cubicRow(in, from + clampY(y0 + 1) * width, x1, x2, x3, x4, dx);
    double v4 = cubicRow(in, from + clampY(y0 + 2) * width, x1, x2, x3, x4, dx);
    return cubic(v1, v2, v3, v4, dy);
  }

  private static double cubicRow(
      byte[] in, int row, int x1, int x2, int x3, int x4, double position) {
    return cubic(
        in[row + x1] & 0xff,
        in[row + x2] & 0xff,
        in[row + x3] & 0xff,
        in[row + x4] & 0xff,
        position);
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
