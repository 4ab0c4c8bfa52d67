package org.e2spark.diffop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.e2spark.diffop.Discretization.RadialBasisFunctions;
import org.e2spark.kernel.PixelGrid;
import org.ejml.simple.SimpleMatrix;

/** Radial basis functions, their derivatives and the stencils made of them. */
class RadialWeightsTest {

  /**
   * RBF-FD weights minimise the error on radial functions among those exact on polynomials: what is
   * left of it is a polynomial.
   */
  @Property(tries = 60)
  void radialWeightsLeavePolynomialsOnly(
      @ForAll(supplier = Operators.class) HomogeneousPolynomial operator,
      @ForAll("smooth") RadialFunction function) {
    PixelGrid grid = PixelGrid.square(5, 1);
    double[] stencil = new RadialBasisFunctions(function).discretize(operator, grid);
    int n = operator.degree();
    int monomials = (n + 1) * (n + 2) / 2;
    SimpleMatrix errors = new SimpleMatrix(grid.points(), 1);
    SimpleMatrix polynomials = new SimpleMatrix(grid.points(), monomials);
    for (int centre = 0; centre < grid.points(); centre++) {
      double error = 0;
      for (int p = 0; p < stencil.length; p++) {
        error +=
            stencil[p]
                * function.derivative(
                    0, 0, grid.x(p) - grid.x(centre), grid.y(p) - grid.y(centre), 1);
      }
      for (int term = 0; term <= n; term++) {
        error -=
            operator.coefficient(term)
                * function.derivative(n - term, term, -grid.x(centre), -grid.y(centre), 1);
      }
      errors.set(centre, error);
      int column = 0;
      for (int degree = 0; degree <= n; degree++) {
        for (int k = 0; k <= degree; k++) {
          polynomials.set(
              centre, column++, Math.pow(grid.x(centre), degree - k) * Math.pow(grid.y(centre), k));
        }
      }
    }
    SimpleMatrix explained = polynomials.mult(polynomials.solve(errors));
    assertThat(errors.minus(explained).elementMaxAbs())
        .isLessThan(1e-5 * Math.max(1, errors.elementMaxAbs()));
  }

  @Provide
  Arbitrary<RadialFunction> smooth() {
    return Arbitraries.of(
        RadialFunction.GA,
        RadialFunction.MQ,
        RadialFunction.IMQ,
        RadialFunction.IQ,
        RadialFunction.PHS5,
        RadialFunction.PHS7);
  }

  /** Each derivative is what central differences of the one below it say. */
  @Property(tries = 300)
  void radialDerivatives(
      @ForAll RadialFunction function,
      @ForAll @IntRange(min = 0, max = 3) int a,
      @ForAll @IntRange(min = 0, max = 3) int b,
      @ForAll @DoubleRange(min = 0.3, max = 1.5) double x,
      @ForAll @DoubleRange(min = -1.5, max = -0.3) double y) {
    double epsilon = 0.8;
    double h = 1e-5;
    double numeric =
        (function.derivative(a, b, x + h, y, epsilon)
                - function.derivative(a, b, x - h, y, epsilon))
            / (2 * h);
    double exact = function.derivative(a + 1, b, x, y, epsilon);
    assertThat(exact)
        .isCloseTo(numeric, Offset.offset(1e-6 * Math.max(1, Math.abs(numeric)) + 1e-5));
    assertThat(function.derivative(a, b, x, y, epsilon))
        .isEqualTo(
            function.derivative(b, a, y, x, epsilon),
            Offset.offset(1e-9 * Math.max(1, Math.abs(numeric)) + 1e-9));
  }

  @Example
  void roughFunctionsAreRefusedAtTheCentre() {
    PixelGrid odd = PixelGrid.square(5, 1);
    HomogeneousPolynomial laplacian = HomogeneousPolynomial.laplacian(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RadialBasisFunctions(RadialFunction.PHS1).discretize(laplacian, odd))
        .withMessageContaining("phs1 has no derivative of order 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RadialFunction.of("phs9"))
        .withMessageContaining("phs1 to phs8");
    assertThat(RadialFunction.of("phs3")).isEqualTo(RadialFunction.PHS3);
  }
}
