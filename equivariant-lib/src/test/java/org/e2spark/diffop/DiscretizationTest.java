package org.e2spark.diffop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.data.Offset;
import org.e2spark.diffop.Discretization.FiniteDifferences;
import org.e2spark.diffop.Discretization.FiniteDifferences.Orientation;
import org.e2spark.diffop.Discretization.RadialBasisFunctions;
import org.e2spark.kernel.PixelGrid;

class DiscretizationTest {

  @Example
  void familiarStencils() {
    HomogeneousPolynomial laplacian = HomogeneousPolynomial.laplacian(1);
    assertThat(Discretization.finiteDifferences().discretize(laplacian, PixelGrid.square(3, 1)))
        .containsExactly(0, 1, 0, 1, -4, 1, 0, 1, 0);
    double[] alongX =
        new FiniteDifferences(Orientation.UPRIGHT)
            .discretize(new HomogeneousPolynomial(1, 0), PixelGrid.square(3, 1));
    assertThat(alongX).containsExactly(0, 0, 0, -0.5, 0, 0.5, 0, 0, 0);
    double[] compatible =
        Discretization.finiteDifferences()
            .discretize(new HomogeneousPolynomial(1, 0), PixelGrid.square(3, 1));
    assertThat(compatible).containsExactly(0, -0.5, 0, 0, 0, 0, 0, 0.5, 0);
  }

  /**
   * Applied to a polynomial sampled on the grid, an upright stencil gives the derivative at the
   * centre.
   */
  @Property(tries = 100)
  void uprightStencilsDifferentiatePolynomials(
      @ForAll(supplier = Operators.class) HomogeneousPolynomial operator,
      @ForAll long seed,
      @ForAll("sizes") int size) {
    Random random = new Random(seed);
    PixelGrid grid = PixelGrid.square(size, 1 + random.nextInt(2));
    for (Discretization discretization :
        List.of(
            new FiniteDifferences(Orientation.UPRIGHT),
            new RadialBasisFunctions(RadialFunction.GA))) {
      double[] stencil = discretization.discretize(operator, grid);
      for (int degree = 0; degree <= operator.degree(); degree++) {
        for (int k = 0; k <= degree; k++) {
          double value = 0;
          for (int p = 0; p < stencil.length; p++) {
            value += stencil[p] * Math.pow(grid.x(p), degree - k) * Math.pow(grid.y(p), k);
          }
          double expected =
              degree == operator.degree()
                  ? operator.coefficient(k) * factorial(degree - k) * factorial(k)
                  : 0;
          assertThat(value)
              .as("%s on x^%d y^%d", discretization, degree - k, k)
              .isCloseTo(expected, Offset.offset(1e-5));
        }
      }
    }
  }

  @Provide
  Arbitrary<Integer> sizes() {
    return Arbitraries.of(4, 5, 6, 7);
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }
}
