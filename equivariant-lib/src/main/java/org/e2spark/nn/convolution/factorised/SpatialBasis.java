package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.e2spark.init.WeightBlock;
import org.e2spark.kernel.IrrepBlock;
import org.ejml.simple.SimpleMatrix;
import org.ejml.simple.SimpleSVD;

/** The scalar filters of which every kernel of a layer is a mixture, entry by entry. */
final class SpatialBasis {

  /** Smaller singular values than this share of the largest are rounding. */
  private static final double RANK = 1e-5;

  private SpatialBasis() {}

  /** An orthonormal basis: (filters, points). */
  static SimpleMatrix of(List<WeightBlock> blocks) {
    List<double[]> rows = new ArrayList<>();
    blocks.stream()
        .flatMap(weights -> weights.basis().blocks().stream())
        .forEach(block -> addRows(block, rows));
    SimpleMatrix gram = new SimpleMatrix(rows.get(0).length, rows.get(0).length);
    for (double[] row : rows) {
      SimpleMatrix column = new SimpleMatrix(row.length, 1, true, row);
      gram = gram.plus(column.mult(column.transpose()));
    }
    SimpleSVD<SimpleMatrix> svd = gram.svd();
    double[] values = svd.getSingularValues();
    int rank = (int) Arrays.stream(values).filter(v -> v > RANK * RANK * values[0]).count();
    return svd.getU().cols(0, rank).transpose();
  }

  private static void addRows(IrrepBlock block, List<double[]> rows) {
    int points = block.points();
    for (int start = 0; start < block.samples().length; start += points) {
      double[] row = new double[points];
      for (int p = 0; p < points; p++) {
        row[p] = block.samples()[start + p];
      }
      rows.add(row);
    }
  }
}
