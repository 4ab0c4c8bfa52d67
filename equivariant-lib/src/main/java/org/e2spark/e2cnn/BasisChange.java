package org.e2spark.e2cnn;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * From coefficients of one basis to those of another one of the same space: escnn's kernels between
 * two representations are e2cnn's, but by other basis elements.
 */
final class BasisChange {

  /** (elements there, elements here) */
  private final DMatrixRMaj matrix;

  private final double error;

  /**
   * By least squares.
   *
   * @param theirs (elements, values), row-major
   * @param ours (elements, values), row-major, linearly independent
   * @param values of each element
   */
  BasisChange(double[] theirs, double[] ours, int values) {
    var from = DMatrixRMaj.wrap(theirs.length / values, values, theirs);
    var to = DMatrixRMaj.wrap(ours.length / values, values, ours);
    var tall = CommonOps_DDRM.transpose(to, null);
    LinearSolverDense<DMatrixRMaj> solver =
        LinearSolverFactory_DDRM.leastSquares(tall.numRows, tall.numCols);
    solver.setA(tall.copy());
    var solved = new DMatrixRMaj(to.numRows, from.numRows);
    solver.solve(CommonOps_DDRM.transpose(from, null), solved);
    matrix = CommonOps_DDRM.transpose(solved, null);
    var again = new DMatrixRMaj(from.numRows, values);
    CommonOps_DDRM.mult(matrix, to, again);
    CommonOps_DDRM.subtractEquals(again, from);
    error = CommonOps_DDRM.elementMaxAbs(again) / CommonOps_DDRM.elementMaxAbs(from);
  }

  /** What of their elements is not in our space, over their largest value. */
  double error() {
    return error;
  }

  /**
   * Coefficients of our elements.
   *
   * @param coefficients of theirs: (any number, elements there), row-major
   */
  double[] apply(double[] coefficients) {
    var rows = DMatrixRMaj.wrap(coefficients.length / matrix.numRows, matrix.numRows, coefficients);
    var product = new DMatrixRMaj(rows.numRows, matrix.numCols);
    CommonOps_DDRM.mult(rows, matrix, product);
    return product.data;
  }
}
