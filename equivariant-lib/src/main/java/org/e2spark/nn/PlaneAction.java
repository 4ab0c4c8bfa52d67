package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.group.GroupElement;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/**
 * Moves the pixels of images about their centre, differentiably and where the images are.
 *
 * <p>Quarter turns and reflections only permute pixels. Other angles interpolate by quadratic
 * B-splines, mirrored at the border while the coefficients are found, zero outside: what {@code
 * scipy.ndimage.rotate(order=2, reshape=False)} computes.
 */
final class PlaneAction {

  /** Angles closer than this to a quarter turn, in quarter turns, are one. */
  private static final double TOLERANCE = 1e-9;

  private PlaneAction() {}

  /**
   * @param x (batch, channels, height, width)
   * @param action mirror {@code y -> -y} if a reflection, then turn counter-clockwise
   */
  static NDArray apply(NDArray x, GroupElement action) {
    NDArray mirrored = action.reflection() == 1 ? x.flip(2) : x;
    NDArray turned = rotate(mirrored, action.angle());
    if (turned != mirrored && mirrored != x) {
      mirrored.close();
    }
    return turned;
  }

  private static NDArray rotate(NDArray x, double angle) {
    double quarters = 2 * angle / Math.PI;
    long whole = Math.round(quarters);
    if (Math.abs(quarters - whole) < TOLERANCE) {
      int turns = (int) (whole % 4);
      return turns == 0 ? x : x.rotate90(turns, new int[] {2, 3});
    }
    return interpolate(x, angle);
  }

  private static NDArray interpolate(NDArray x, double angle) {
    Shape shape = x.getShape();
    int height = Math.toIntExact(shape.get(2));
    int width = Math.toIntExact(shape.get(3));
    Taps taps = Taps.of(height, width, angle);
    int pixels = height * width;
    List<String> statements = new ArrayList<>();
    statements.add("c = torch.matmul(rows, torch.matmul(x, columns))");
    statements.add(Text.format("f = torch.reshape(c, [-1, %d])", pixels));
    statements.add(
        Text.format(
            "t = torch.reshape(torch.index_select(f, 1, index), [-1, %d, %d])",
            pixels, Taps.COUNT));
    statements.add("y = torch.sum(torch.mul(t, weight), [2])");
    TorchFunction function =
        TorchFunction.of(
            "x, rows, columns, index, weight",
            statements,
            Text.format(
                "torch.reshape(y, [%d, %d, %d, %d])",
                shape.get(0), shape.get(1), shape.get(2), shape.get(3)));
    try (Constant rows = Constant.floats(prefilter(height), new Shape(height, height));
        Constant columns =
            Constant.floats(transposed(prefilter(width), width), new Shape(width, width));
        Constant index = Constant.indices(taps.index);
        Constant weight = Constant.floats(taps.weight, new Shape(pixels, Taps.COUNT));
        NDArray r = rows.at(x);
        NDArray c = columns.at(x);
        NDArray i = index.at(x);
        NDArray w = weight.at(x)) {
      return function.apply(x.getManager(), x, r, c, i, w);
    }
  }

  /**
   * The matrix that takes {@code n} samples to the coefficients of the quadratic B-spline through
   * them, mirrored about the outer samples (Unser, Aldroubi and Eden 1993).
   */
  static double[] prefilter(int n) {
    double[] matrix = new double[n * n];
    for (int column = 0; column < n; column++) {
      double[] line = new double[n];
      line[column] = 1;
      coefficients(line);
      for (int row = 0; row < n; row++) {
        matrix[row * n + column] = line[row];
      }
    }
    return matrix;
  }

  private static void coefficients(double[] line) {
    int n = line.length;
    if (n == 1) {
      return;
    }
    double pole = Math.sqrt(8) - 3;
    double gain = (1 - pole) * (1 - 1 / pole);
    for (int i = 0; i < n; i++) {
      line[i] *= gain;
    }
    double power = pole;
    double last = Math.pow(pole, n - 1);
    double first = line[0] + last * line[n - 1];
    for (int i = 1; i < n - 1; i++) {
      first += power * (line[i] + last * line[n - 1 - i]);
      power *= pole;
    }
    line[0] = first / (1 - last * last);
    for (int i = 1; i < n; i++) {
      line[i] += pole * line[i - 1];
    }
    line[n - 1] = (pole * line[n - 2] + line[n - 1]) * pole / (pole * pole - 1);
    for (int i = n - 2; i >= 0; i--) {
      line[i] = pole * (line[i + 1] - line[i]);
    }
  }

  private static double[] transposed(double[] matrix, int n) {
    double[] result = new double[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      result[i % n * n + i / n] = matrix[i];
    }
    return result;
  }

  /** For each pixel of the turned image, the coefficients it is a mixture of. */
  private static final class Taps {

    static final int SIDE = 3;
    static final int COUNT = SIDE * SIDE;

    final long[] index;
    final double[] weight;

    private Taps(int pixels) {
      index = new long[pixels * COUNT];
      weight = new double[pixels * COUNT];
    }

    static Taps of(int height, int width, double angle) {
      var taps = new Taps(height * width);
      double cos = Math.cos(angle);
      double sin = Math.sin(angle);
      double middleRow = (height - 1) / 2.0;
      double middleColumn = (width - 1) / 2.0;
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          double fromRow = cos * (row - middleRow) + sin * (column - middleColumn) + middleRow;
          double fromColumn =
              -sin * (row - middleRow) + cos * (column - middleColumn) + middleColumn;
          if (isInside(fromRow, height) && isInside(fromColumn, width)) {
            taps.fill((row * width + column) * COUNT, fromRow, fromColumn, height, width);
          }
        }
      }
      return taps;
    }

    private static boolean isInside(double position, int size) {
      return position >= 0 && position <= size - 1;
    }

    private void fill(int at, double row, double column, int height, int width) {
      double[] vertical = weights(row);
      double[] horizontal = weights(column);
      int top = (int) Math.floor(row + 0.5) - 1;
      int left = (int) Math.floor(column + 0.5) - 1;
      for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
          index[at + i * SIDE + j] =
              (long) mirrored(top + i, height) * width + mirrored(left + j, width);
          weight[at + i * SIDE + j] = vertical[i] * horizontal[j];
        }
      }
    }

    private static double[] weights(double position) {
      double t = position - Math.floor(position + 0.5);
      return new double[] {0.5 * (0.5 - t) * (0.5 - t), 0.75 - t * t, 0.5 * (0.5 + t) * (0.5 + t)};
    }

    private static int mirrored(int i, int size) {
      if (size == 1) {
        return 0;
      }
      int folded = i < 0 ? -i : i;
      return folded > size - 1 ? 2 * (size - 1) - folded : folded;
    }
  }
}
