package org.e2spark.nn.convolution.factorised;

/**
 * Functions on a grid of pixels, sorted by their parity: a function's <em>class</em> says along
 * which axes it changes sign when mirrored, 2 for the vertical axis plus 1 for the horizontal one.
 *
 * <p>{@link #fold} writes an image in the orthonormal basis {@code (pixel ± mirrored pixel) / √2},
 * even ones before odd ones along each axis, and class by class.
 */
record Parity(int height, int width) {

  /** Number of classes. */
  static final int CLASSES = 4;

  /** Both axes. */
  static final int BOTH = 3;

  /** No class: the function has no parity. */
  static final int NONE = -1;

  /** What is less of a kernel of norm 1 is rounding; some kernels have a parity but for 1e-10. */
  private static final double VANISHING = 1e-13;

  /** Number of basis functions of a class. */
  int size(int label) {
    return extent(height, label / 2) * extent(width, label % 2);
  }

  /** The first basis function of a class. */
  int start(int label) {
    int start = 0;
    for (int before = 0; before < label; before++) {
      start += size(before);
    }
    return start;
  }

  private static int extent(int size, int odd) {
    return odd == 0 ? (size + 1) / 2 : size / 2;
  }

  /** The image's coefficients. */
  double[] fold(double[] image) {
    double[] rows = new double[image.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int across = y * width + width - 1 - x;
        rows[y * width + x] = folded(image[y * width + x], image[across], x, width);
      }
    }
    double[] coefficients = new double[image.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int across = (height - 1 - y) * width + x;
        coefficients[place(y, x)] = folded(rows[y * width + x], rows[across], y, height);
      }
    }
    return coefficients;
  }

  /** The matrix of {@link #fold}: (coefficients, pixels), orthogonal. */
  double[] matrix() {
    int points = height * width;
    double[] matrix = new double[points * points];
    for (int pixel = 0; pixel < points; pixel++) {
      double[] image = new double[points];
      image[pixel] = 1;
      double[] column = fold(image);
      for (int i = 0; i < points; i++) {
        matrix[i * points + pixel] = column[i];
      }
    }
    return matrix;
  }

  /** The lower half of an axis holds sums, the upper half differences. */
  private static double folded(double value, double mirrored, int position, int size) {
    if (2 * position + 1 == size) {
      return value;
    }
    return (2 * position < size ? value + mirrored : mirrored - value) * Math.sqrt(0.5);
  }

  private int place(int y, int x) {
    int oddY = 2 * y < height ? 0 : 1;
    int oddX = 2 * x < width ? 0 : 1;
    int row = oddY == 0 ? y : y - (height + 1) / 2;
    int column = oddX == 0 ? x : x - (width + 1) / 2;
    return start(2 * oddY + oddX) + row * extent(width, oddX) + column;
  }

  /**
   * The class of a map's entry (0, 0), where entries in the other row, or column, of a
   * two-dimensional irrep are of the opposite class on both axes; or {@link #NONE}.
   */
  static int classOf(EquivariantMap map) {
    int k = (int) Math.round(Math.sqrt(map.points()));
    int found = NONE;
    for (int row = 0; row < map.out().size(); row++) {
      for (int column = 0; column < map.in().size(); column++) {
        double[] coefficients = new Parity(k, k).fold(map.entry(row, column));
        int twist = (row + column) % 2 == 0 ? 0 : BOTH;
        for (int label = 0; label < CLASSES; label++) {
          if (reaches(coefficients, new Parity(k, k), label)) {
            if (found != NONE && found != (label ^ twist)) {
              return NONE;
            }
            found = label ^ twist;
          }
        }
      }
    }
    return found;
  }

  private static boolean reaches(double[] coefficients, Parity parity, int label) {
    double sum = 0;
    for (int i = parity.start(label); i < parity.start(label) + parity.size(label); i++) {
      sum += coefficients[i] * coefficients[i];
    }
    return sum > VANISHING * VANISHING;
  }
}
