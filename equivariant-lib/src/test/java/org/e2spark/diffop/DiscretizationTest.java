package org.e2spark.diffop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.e2spark.diffop.Discretization.FiniteDifferences;
import org.e2spark.diffop.Discretization.FiniteDifferences.Orientation;
import org.e2spark.diffop.Discretization.GaussianDerivatives;
import org.e2spark.diffop.Discretization.RadialBasisFunctions;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Representation;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.kernel.PixelGrid;
import org.e2spark.kernel.SampledBasis;
import org.ejml.simple.SimpleMatrix;

class DiscretizationTest {

  @Property(tries = 100)
  void stencilsHaveTheParityOfTheDerivative(
      @ForAll @IntRange(min = 0, max = 6) int order,
      @ForAll @IntRange(min = 7, max = 11) int points) {
    double[] weights = FiniteDifferenceWeights.at(order, symmetric(points));
    int sign = order % 2 == 0 ? 1 : -1;
    for (int i = 0; i < points; i++) {
      assertThat(weights[i]).isCloseTo(sign * weights[points - 1 - i], Offset.offset(1e-9));
    }
  }

  @Property(tries = 100)
  void stencilsAreExactOnPolynomials(
      @ForAll @IntRange(min = 0, max = 6) int order,
      @ForAll @IntRange(min = 7, max = 9) int points) {
    double[] axis = symmetric(points);
    double[] weights = FiniteDifferenceWeights.at(order, axis);
    for (int degree = 0; degree < points; degree++) {
      double value = 0;
      for (int i = 0; i < points; i++) {
        value += weights[i] * Math.pow(axis[i], degree);
      }
      double expected = degree == order ? factorial(order) : 0;
      assertThat(value)
          .isCloseTo(expected, Offset.offset(1e-8 * Math.max(1, Math.pow(points / 2.0, degree))));
    }
  }

  /** Halving the pixel size divides the error by two to the power of the accuracy. */
  @Example
  void errorsShrinkAsTheAccuracySays() {
    for (int order = 0; order <= 3; order++) {
      for (int points = order + 2; points <= 6; points++) {
        int accuracy = StencilAccuracy.guaranteedAccuracy(points, order);
        double coarse = error(order, points, 0.1);
        double fine = error(order, points, 0.05);
        boolean exact = coarse < 1e-12;
        assertThat(exact || Math.abs(Math.log(coarse / fine) / Math.log(2) - accuracy) < 0.1)
            .as("order %d on %d points: %g and %g", order, points, coarse, fine)
            .isTrue();
      }
    }
  }

  private static double error(int order, int points, double pixel) {
    double[] axis = symmetric(points);
    double[] weights = FiniteDifferenceWeights.at(order, axis);
    double value = 0;
    for (int i = 0; i < points; i++) {
      value += weights[i] * Math.exp(axis[i] * pixel);
    }
    return Math.abs(value / Math.pow(pixel, order) - 1);
  }

  @Example
  void familiarStencils() {
    assertThat(FiniteDifferenceWeights.at(1, symmetric(3))).containsExactly(-0.5, 0, 0.5);
    assertThat(FiniteDifferenceWeights.at(2, symmetric(3))).containsExactly(1, -2, 1);
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
      @ForAll("operators") HomogeneousPolynomial operator,
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
  Arbitrary<HomogeneousPolynomial> operators() {
    return Arbitraries.doubles()
        .between(-2, 2)
        .ofScale(3)
        .array(double[].class)
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(HomogeneousPolynomial::new);
  }

  @Provide
  Arbitrary<Integer> sizes() {
    return Arbitraries.of(4, 5, 6, 7);
  }

  /**
   * RBF-FD weights minimise the error on radial functions among those exact on polynomials: what is
   * left of it is a polynomial.
   */
  @Property(tries = 60)
  void radialWeightsLeavePolynomialsOnly(
      @ForAll("operators") HomogeneousPolynomial operator,
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

  @Example
  void accuracyOrderAndPoints() {
    assertThat(StencilAccuracy.requiredPoints(2, 2)).isEqualTo(3);
    assertThat(StencilAccuracy.requiredPoints(3, 2)).isEqualTo(4);
    assertThat(StencilAccuracy.requiredPoints(2, 3)).isEqualTo(5);
    assertThat(StencilAccuracy.largestPossibleOrder(5, 2)).isEqualTo(4);
    assertThat(StencilAccuracy.guaranteedAccuracy(5, 2)).isEqualTo(4);
    for (int order = 0; order < 8; order++) {
      for (int accuracy = 1; accuracy < 8; accuracy++) {
        int points = StencilAccuracy.requiredPoints(order, accuracy);
        if (points > order) {
          assertThat(StencilAccuracy.guaranteedAccuracy(points, order))
              .isGreaterThanOrEqualTo(accuracy);
        }
        if (points >= accuracy) {
          assertThat(StencilAccuracy.largestPossibleOrder(points, accuracy))
              .isGreaterThanOrEqualTo(order);
        }
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StencilAccuracy.largestPossibleOrder(1, 2))
        .withMessageContaining("at least 2 points");
  }

  @Example
  void polynomials() {
    assertThat(HomogeneousPolynomial.cosine(2)).hasToString("x^2 - y^2");
    assertThat(HomogeneousPolynomial.sine(-3)).hasToString("-3x^2y + y^3");
    assertThat(HomogeneousPolynomial.laplacian(2)).hasToString("x^4 + 2x^2y^2 + y^4");
    assertThat(HomogeneousPolynomial.zero(3)).hasToString("0");
    for (int n = -5; n <= 5; n++) {
      double radius = Math.pow(0.7, Math.abs(n));
      double x = 0.7 * Math.cos(1.1);
      double y = 0.7 * Math.sin(1.1);
      assertThat(HomogeneousPolynomial.cosine(n).at(x, y))
          .isCloseTo(radius * Math.cos(1.1 * n), Offset.offset(1e-12));
      assertThat(HomogeneousPolynomial.sine(n).at(x, y))
          .isCloseTo(radius * Math.sin(1.1 * n), Offset.offset(1e-12));
      assertThat(HomogeneousPolynomial.cosine(n).rotated(0.4).at(x, y))
          .isCloseTo(radius * Math.cos(0.7 * n), Offset.offset(1e-12));
    }
    assertThat(new LaplaceProfile(2).powers())
        .extracting(HomogeneousPolynomial::degree)
        .containsExactly(0, 2, 4);
  }

  @Example
  void optionsCompleteEachOther() {
    assertThat(DiffopOptions.builder().maximumOrder(3).build().kernelSize()).isEqualTo(4);
    assertThat(DiffopOptions.builder().kernelSize(5).build().maximumOrder()).isEqualTo(4);
    assertThat(DiffopOptions.builder().kernelSize(1).build().maximumOrder()).isZero();
    assertThat(
            DiffopOptions.builder()
                .kernelSize(5)
                .maximumOrder(3)
                .maximumPower(7)
                .build()
                .maximumPower())
        .isEqualTo(1);
    assertThatIllegalArgumentException().isThrownBy(() -> DiffopOptions.builder().build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DiffopOptions.builder().kernelSize(5).maximumOrder(3).accuracy(2).build())
        .withMessageContaining("give two of them");
    Rot2dOnR2 c4 = new Rot2dOnR2(4);
    DiffopOptions small = DiffopOptions.builder().kernelSize(3).maximumOrder(4).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SteerableDiffops.sample(c4, c4.trivial(), c4.trivial(), small))
        .withMessageContaining("at least 5 points");
    DiffopOptions options = DiffopOptions.builder().kernelSize(5).build();
    assertThat(SteerableDiffops.sample(c4, c4.trivial(), c4.regular(), options))
        .isSameAs(
            SteerableDiffops.sample(
                new Rot2dOnR2(4),
                c4.trivial(),
                c4.regular(),
                DiffopOptions.builder().kernelSize(5).build()));
  }

  /**
   * On the grid's own symmetries the stencils are equivariant exactly, each in its own orientation.
   */
  @Example
  void stencilsAreEquivariantUnderTheGridsSymmetries() {
    List<Discretization> discretizations =
        List.of(
            new FiniteDifferences(Orientation.UPRIGHT),
            Discretization.finiteDifferences(),
            new GaussianDerivatives(1.1),
            new RadialBasisFunctions(RadialFunction.GA),
            new RadialBasisFunctions(RadialFunction.PHS7));
    for (GSpace space : List.of(new Rot2dOnR2(4), new FlipRot2dOnR2(4), new FlipRot2dOnR2(2, 0))) {
      for (Discretization discretization : discretizations) {
        for (int size : new int[] {4, 5}) {
          check(space, discretization, size);
        }
      }
    }
  }

  private static void check(GSpace space, Discretization discretization, int size) {
    DiffopOptions options =
        DiffopOptions.builder()
            .kernelSize(size)
            .maximumOrder(3)
            .discretization(discretization)
            .build();
    List<Representation> representations = new ArrayList<>(space.fiberGroup().irreps());
    representations.add(space.regular());
    PixelGrid grid = PixelGrid.square(size, 1);
    boolean turned = discretization.equals(Discretization.finiteDifferences());
    for (Representation in : representations) {
      for (Representation out : representations) {
        boolean pseudoscalar = in.size() == 1 && out.size() == 1 && !in.equals(out);
        if (pseudoscalar) {
          continue; // Their lowest operators have order 4.
        }
        SampledBasis basis = SteerableDiffops.sample(space, in, out, options);
        float[] dense = basis.dense();
        for (GroupElement g : space.fiberGroup().elements()) {
          int[] moved = permutation(grid, space.baseSpaceAction(g), turned);
          SimpleMatrix left = out.at(g);
          SimpleMatrix right = in.at(space.fiberGroup().inverse(g));
          for (int b = 0; b < basis.dimension(); b++) {
            for (int p = 0; p < grid.points(); p++) {
              SimpleMatrix expected = left.mult(at(basis, dense, b, p)).mult(right);
              SimpleMatrix actual = at(basis, dense, b, moved[p]);
              assertThat(actual.minus(expected).elementMaxAbs())
                  .as("%s %s %s", space.name(), discretization, basis.elements().get(b).id())
                  .isLessThan(2e-5);
            }
          }
        }
      }
    }
  }

  /**
   * Where the action carries each pixel. The compatible stencils are laid out with x down the rows
   * and y along the columns.
   */
  private static int[] permutation(PixelGrid grid, GroupElement action, boolean turned) {
    int[] moved = new int[grid.points()];
    for (int p = 0; p < moved.length; p++) {
      double x = turned ? -grid.y(p) : grid.x(p);
      double y = turned ? grid.x(p) : grid.y(p);
      double mirrored = action.reflection() == 1 ? -y : y;
      double newX = Math.cos(action.angle()) * x - Math.sin(action.angle()) * mirrored;
      double newY = Math.sin(action.angle()) * x + Math.cos(action.angle()) * mirrored;
      for (int q = 0; q < moved.length; q++) {
        double qx = turned ? -grid.y(q) : grid.x(q);
        double qy = turned ? grid.x(q) : grid.y(q);
        if (Math.abs(qx - newX) < 1e-6 && Math.abs(qy - newY) < 1e-6) {
          moved[p] = q;
        }
      }
    }
    return moved;
  }

  private static SimpleMatrix at(SampledBasis basis, float[] dense, int element, int point) {
    int entries = basis.out().size() * basis.in().size();
    SimpleMatrix matrix = new SimpleMatrix(basis.out().size(), basis.in().size());
    for (int i = 0; i < entries; i++) {
      matrix.set(i, dense[(element * entries + i) * basis.points() + point]);
    }
    return matrix;
  }

  private static double[] symmetric(int points) {
    double[] axis = new double[points];
    for (int i = 0; i < points; i++) {
      axis[i] = i - (points - 1) / 2.0;
    }
    return axis;
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }
}
