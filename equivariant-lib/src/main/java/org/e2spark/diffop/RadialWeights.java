package org.e2spark.diffop;

import org.e2spark.kernel.PixelGrid;
import org.e2spark.text.Text;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/** Solves for RBF-FD weights. */
final class RadialWeights {

  private RadialWeights() {}

  static double[] of(RadialFunction function, HomogeneousPolynomial operator, PixelGrid grid) {
    int points = grid.points();
    int n = operator.degree();
    int order = Math.min(n, largestPolynomialOrder(points));
    int monomials = monomials(order);
    DMatrixRMaj system = new DMatrixRMaj(points + monomials, points + monomials);
    DMatrixRMaj right = new DMatrixRMaj(points + monomials, 1);
    for (int p = 0; p < points; p++) {
      for (int q = 0; q < points; q++) {
        system.set(
            p, q, function.derivative(0, 0, grid.x(p) - grid.x(q), grid.y(p) - grid.y(q), 1));
      }
      for (int term = 0; term <= n; term++) {
        if (operator.coefficient(term) != 0) {
          right.add(
              p,
              0,
              operator.coefficient(term)
                  * function.derivative(n - term, term, -grid.x(p), -grid.y(p), 1));
        }
      }
      int column = points;
      for (int degree = 0; degree <= order; degree++) {
        for (int k = 0; k <= degree; k++) {
          double value = Math.pow(grid.x(p), degree - k) * Math.pow(grid.y(p), k);
          system.set(p, column, value);
          system.set(column, p, value);
          column++;
        }
      }
    }
    // At the origin, an operator of order n only sees the monomials of degree n.
    if (order == n) {
      for (int k = 0; k <= n; k++) {
        right.set(
            points + monomials(n - 1) + k,
            0,
            operator.coefficient(k) * factorial(n - k) * factorial(k));
      }
    }
    DMatrixRMaj weights = new DMatrixRMaj(points + monomials, 1);
    boolean solved = CommonOps_DDRM.solve(system, right, weights);
    DMatrixRMaj residual = right.copy();
    CommonOps_DDRM.multAdd(-1, system, weights, residual);
    double scale = Math.max(1, CommonOps_DDRM.elementMaxAbs(right));
    if (!solved || !(CommonOps_DDRM.elementMaxAbs(residual) <= 1e-6 * scale)) {
      throw new IllegalArgumentException(
          Text.format(
              "No RBF-FD weights for an operator of order %d on %d pixels with %s: enlarge the kernel, or choose another function",
              n, points, function));
    }
    double[] result = new double[points];
    System.arraycopy(weights.getData(), 0, result, 0, points);
    return result;
  }

  private static int monomials(int order) {
    return (order + 1) * (order + 2) / 2;
  }

  private static int largestPolynomialOrder(int points) {
    int order = -1;
    while (monomials(order + 1) <= points) {
      order++;
    }
    return order;
  }

  private static double factorial(int n) {
    double product = 1;
    for (int i = 2; i <= n; i++) {
      product *= i;
    }
    return product;
  }
}
