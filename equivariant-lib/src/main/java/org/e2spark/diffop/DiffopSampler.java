package org.e2spark.diffop;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.kernel.AngularSolution;
import org.e2spark.kernel.BasisAssembly;
import org.e2spark.kernel.BasisElement;
import org.e2spark.kernel.SampledBasis;
import org.e2spark.text.Text;

/**
 * Discretises the operators of one pair of representations: each pair of irreps once, then wherever
 * it occurs.
 */
final class DiffopSampler {

  private final GSpace space;
  private final Representation in;
  private final Representation out;
  private final DiffopOptions options;
  private final int points;
  private final Function<HomogeneousPolynomial, double[]> discretization;
  private final List<HomogeneousPolynomial> laplacians;
  private final Map<HomogeneousPolynomial, double[]> stencils = new HashMap<>();
  private final Map<List<Irrep>, Pair> pairs = new HashMap<>();

  DiffopSampler(
      GSpace space,
      Representation in,
      Representation out,
      DiffopOptions options,
      int points,
      Function<HomogeneousPolynomial, double[]> discretization) {
    for (Representation representation : List.of(in, out)) {
      if (!representation.group().equals(space.fiberGroup())) {
        throw new IllegalArgumentException(
            Text.format(
                "Representation %s is not of %s, the group of %s",
                representation, space.fiberGroup(), space.name()));
      }
    }
    this.space = space;
    this.in = in;
    this.out = out;
    this.options = options;
    this.points = points;
    this.discretization = discretization;
    laplacians = new LaplaceProfile(options.maximumPower()).powers();
  }

  Optional<SampledBasis> sample() {
    BasisAssembly assembly = new BasisAssembly(in, out, points);
    for (int i = 0; i < in.irreps().size(); i++) {
      for (int o = 0; o < out.irreps().size(); o++) {
        Pair pair = pair(in.irreps().get(i), out.irreps().get(o));
        for (int j = 0; j < pair.solutions.size(); j++) {
          for (int power = 0; power < laplacians.size(); power++) {
            BasisElement element = element(pair, i, o, j, power);
            boolean kept = order(pair.solutions.get(j), power) <= options.maximumOrder();
            if (kept && (options.basisFilter() == null || options.basisFilter().accepts(element))) {
              assembly.add(element, j * laplacians.size() + power, pair.sample(j, power));
            }
          }
        }
      }
    }
    return assembly.isEmpty() ? Optional.empty() : Optional.of(assembly.build());
  }

  private static int order(AngularSolution solution, int power) {
    return Math.abs(solution.frequency()) + 2 * power;
  }

  private static BasisElement element(
      Pair pair, int inPosition, int outPosition, int index, int power) {
    AngularSolution solution = pair.solutions.get(index);
    return new BasisElement(
        pair.in,
        inPosition,
        pair.out,
        outPosition,
        new BasisElement.Order(order(solution, power)),
        solution.frequency(),
        solution.gamma(),
        solution.s(),
        solution.offset(),
        index);
  }

  private Pair pair(Irrep inIrrep, Irrep outIrrep) {
    return pairs.computeIfAbsent(List.of(inIrrep, outIrrep), key -> new Pair(inIrrep, outIrrep));
  }

  /** The operators between two irreps. */
  private final class Pair {

    private final Irrep in;
    private final Irrep out;
    private final List<AngularSolution> solutions;
    private final Map<List<Integer>, double[]> samples = new HashMap<>();

    Pair(Irrep in, Irrep out) {
      this.in = in;
      this.out = out;
      solutions =
          AngularSolution.of(space, in, out, options.maximumOrder(), options.maximumOffset());
    }

    double[] sample(int index, int power) {
      return samples.computeIfAbsent(
          List.of(index, power),
          key -> {
            HomogeneousPolynomial[] symbols =
                DiffopSolution.symbols(solutions.get(index), in.size(), out.size());
            double[] values = new double[symbols.length * points];
            for (int entry = 0; entry < symbols.length; entry++) {
              double turn = AngularSolution.axis(space) + options.angleOffset();
              HomogeneousPolynomial operator =
                  symbols[entry].rotated(turn).times(laplacians.get(power)).cleaned();
              double[] stencil =
                  operator.isZero()
                      ? new double[points]
                      : stencils.computeIfAbsent(operator, discretization);
              System.arraycopy(stencil, 0, values, entry * points, points);
            }
            return values;
          });
    }
  }
}
