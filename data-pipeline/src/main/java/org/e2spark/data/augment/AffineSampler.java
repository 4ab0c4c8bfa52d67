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

  /** The value at input position (x, y), or NaN outside the plane. */
  private double at(byte[] in, int from, double x, double y, Interpolation interpolation) {
    if (!(x >= 0 && x < width && y >= 0 && y < height)) {
      return Double.NaN;
    }
    return switch (interpolation) {
      case NEAREST -> in[from + (int) y * width + (int) x] & 0xff;
      case BILINEAR -> bilinear(in, from, x - 0.5, y - 0.5);
      case BICUBIC -> bicubic(in, from, x - 0.5, y - 0.5);
    };
  }

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
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double inX = a * (x + 0.5) + b * (y + 0.5) + c;
        double inY = d * (x + 0.5) + e * (y + 0.5) + f;
        double value = at(in, from, inX, inY, interpolation);
        out[outFrom + y * width + x] =
            Double.isNaN(value)
                ? fill
                : (byte) Math.max(0, Math.min(255, (int) (value + rounding)));
      }
    }
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

  /** Keys' kernel with a = -1/2 (a Catmull-Rom spline), as a polynomial in the position. */
  private static double cubic(double v1, double v2, double v3, double v4, double t) {
    double linear = 0.5 * (v3 - v1);
    double square = v1 - 2.5 * v2 + 2 * v3 - 0.5 * v4;
    double cube = 0.5 * (v4 - v1) + 1.5 * (v2 - v3);
    return v2 + t * (linear + t * (square + t * cube));
  }

  private int clampX(int x) {
    return Math.max(0, Math.min(width - 1, x));
  }

  private int clampY(int y) {
    return Math.max(0, Math.min(height - 1, y));
  }
}
