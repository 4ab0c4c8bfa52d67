package org.e2spark.diffop;

import java.io.Serializable;
import org.e2spark.kernel.PixelGrid;

/**
 * How a differential operator becomes a stencil of pixel weights, to be cross-correlated with the
 * image.
 */
public sealed interface Discretization extends Serializable {

  /**
   * The stencil, one weight per pixel of the grid.
   *
   * @throws IllegalArgumentException if the grid is too small for the operator's order
   */
  double[] discretize(HomogeneousPolynomial operator, PixelGrid grid);

  /** Finite differences as in the reference. */
  static Discretization finiteDifferences() {
    return new FiniteDifferences(FiniteDifferences.Orientation.COMPATIBLE);
  }

  /**
   * Products of one-dimensional finite differences, exact on polynomials.
   *
   * @param orientation which way the stencils lie on the grid
   */
  record FiniteDifferences(Orientation orientation) implements Discretization {

    /** Which way stencils lie on the grid. */
    public enum Orientation {
      /**
       * Turned by a quarter against the operator, as in the reference; weights saved by it need
       * this one.
       */
      COMPATIBLE,
      /** x to the right and y upwards, as kernels and the other discretizations have it. */
      UPRIGHT
    }

    @Override
    public double[] discretize(HomogeneousPolynomial operator, PixelGrid grid) {
      double[] axis = grid.axis();
      int k = axis.length;
      int n = operator.degree();
      double[] stencil = new double[k * k];
      for (int term = 0; term <= n; term++) {
        if (operator.coefficient(term) == 0) {
          continue;
        }
        double[] alongX = FiniteDifferenceWeights.at(n - term, axis);
        double[] alongY = FiniteDifferenceWeights.at(term, axis);
        for (int row = 0; row < k; row++) {
          for (int column = 0; column < k; column++) {
            double weight =
                orientation == Orientation.COMPATIBLE
                    ? alongX[row] * alongY[column]
                    : alongX[column] * alongY[k - 1 - row];
            stencil[row * k + column] += operator.coefficient(term) * weight;
          }
        }
      }
      return stencil;
    }
  }

  /**
   * Derivatives of {@code exp(-(r / smoothing²)²)}, which smooth while they differentiate.
   *
   * @param smoothing width in pixels; about a quarter of the kernel size is a good start
   */
  record GaussianDerivatives(double smoothing) implements Discretization {

    /** Checks the width. */
    public GaussianDerivatives {
      if (!(smoothing > 0)) {
        throw new IllegalArgumentException(
            "Invalid smoothing: " + smoothing + " (must be positive)");
      }
    }

    @Override
    public double[] discretize(HomogeneousPolynomial operator, PixelGrid grid) {
      double[] stencil = new double[grid.points()];
      int n = operator.degree();
      for (int p = 0; p < stencil.length; p++) {
        for (int term = 0; term <= n; term++) {
          double coefficient = operator.coefficient(term);
          if (coefficient != 0) {
            stencil[p] +=
                coefficient
                    * RadialFunction.GA.derivative(
                        n - term, term, grid.x(p), grid.y(p), 1 / (smoothing * smoothing));
          }
        }
      }
      return stencil;
    }
  }

  /**
   * RBF-FD: weights that are exact for a radial basis function centred at every pixel, and for
   * polynomials up to the operator's order (Fornberg and Flyer, "A Primer on Radial Basis Functions
   * with Applications to the Geosciences", 2015).
   *
   * @param function the radial basis function, its width one pixel
   */
  record RadialBasisFunctions(RadialFunction function) implements Discretization {

    @Override
    public double[] discretize(HomogeneousPolynomial operator, PixelGrid grid) {
      return RadialWeights.of(function, operator, grid);
    }
  }
}
