package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.e2spark.init.WeightBlock;
import org.e2spark.kernel.IrrepBlock;
import org.ejml.simple.SimpleMatrix;

/** The scalar filters of which every kernel of a layer is a mixture, entry by entry. */
final class SpatialBasis {

  /** What is left of a row beside known ones is rounding below this share of the largest row. */
  private static final double RANK = 1e-10;

  private SpatialBasis() {}

  /** An orthonormal basis: (filters, points). */
  static SimpleMatrix of(List<WeightBlock> blocks) {
    List<double[]> rows = new ArrayList<>();
    blocks.stream()
        .flatMap(weights -> weights.basis().blocks().stream())
        .forEach(block -> addRows(block, rows));
    double negligible = RANK * rows.stream().mapToDouble(SpatialBasis::norm).max().orElseThrow();
    List<double[]> basis = new ArrayList<>();
    for (double[] row : rows) {
      // Once more, so that a small rest is orthogonal to rounding, too.
      remove(basis, row);
      remove(basis, row);
      double norm = norm(row);
      if (norm > negligible) {
        basis.add(Arrays.stream(row).map(value -> value / norm).toArray());
      }
    }
    return new SimpleMatrix(basis.toArray(double[][]::new));
  }

  private static void remove(List<double[]> basis, double[] row) {
    for (double[] unit : basis) {
      double along = 0;
      for (int p = 0; p < row.length; p++) {
        along += unit[p] * row[p];
      }
      for (int p = 0; p < row.length; p++) {
        row[p] -= along * unit[p];
      }
    }
  }

  private static double norm(double[] row) {
    return Math.sqrt(Arrays.stream(row).map(value -> value * value).sum());
  }

  private static void addRows(IrrepBlock block, List<double[]> rows) {
    int points = block.points();
    for (int start = 0; start < block.samples().length; start += points) {
      rows.add(Arrays.copyOfRange(block.samples(), start, start + points));
    }
  }
}
