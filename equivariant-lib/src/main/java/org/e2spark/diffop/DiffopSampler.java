package org.e2spark.diffop;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.e2spark.gspace.GSpace;
import org.e2spark.kernel.AngularSolution;
import org.e2spark.kernel.BasisElement;
import org.e2spark.kernel.BasisSampler;

/** Discretises differential operators: harmonic polynomials times powers of the Laplacian. */
final class DiffopSampler extends BasisSampler {

  private final DiffopOptions options;
  private final int points;
  private final Function<HomogeneousPolynomial, double[]> discretization;
  private final List<HomogeneousPolynomial> laplacians;
  private final Map<HomogeneousPolynomial, double[]> stencils = new HashMap<>();

  DiffopSampler(
      GSpace space,
      DiffopOptions options,
      int points,
      Function<HomogeneousPolynomial, double[]> discretization) {
    super(
        space,
        points,
        1,
        options.maximumPower() + 1,
        options.maximumOrder(),
        options.maximumOffset(),
        options.basisFilter());
    this.options = options;
    this.points = points;
    this.discretization = discretization;
    laplacians = new LaplaceProfile(options.maximumPower()).powers();
  }

  @Override
  protected Optional<BasisElement.Radial> radial(int ring, int power, int frequency) {
    int order = Math.abs(frequency) + 2 * power;
    return order <= options.maximumOrder()
        ? Optional.of(new BasisElement.Order(order))
        : Optional.empty();
  }

  @Override
  protected double[] sample(
      AngularSolution solution, int inSize, int outSize, int ring, int power) {
    HomogeneousPolynomial[] symbols = DiffopSolution.symbols(solution, inSize, outSize);
    double turn = AngularSolution.axis(space) + options.angleOffset();
    double[] values = new double[symbols.length * points];
    for (int entry = 0; entry < symbols.length; entry++) {
      HomogeneousPolynomial operator =
          symbols[entry].rotated(turn).times(laplacians.get(power)).cleaned();
      if (!operator.isZero()) {
        double[] stencil = stencils.computeIfAbsent(operator, discretization);
        System.arraycopy(stencil, 0, values, entry * points, points);
      }
    }
    return values;
  }
}
