package org.e2spark.kernel;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.text.Text;

/**
 * Samples the kernels of one pair of representations: solves each pair of irreps once, then places
 * it wherever it occurs.
 */
final class BasisSampler {

  private final GSpace space;
  private final Representation in;
  private final Representation out;
  private final KernelOptions options;
  private final SamplingPlan plan;
  private final double[] angles;
  private final double[][] profiles;
  private final Map<List<Irrep>, PairSamples> pairs = new LinkedHashMap<>();

  private BasisSampler(
      GSpace space,
      Representation in,
      Representation out,
      KernelOptions options,
      SamplingPlan plan) {
    this.space = space;
    this.in = in;
    this.out = out;
    this.options = options;
    this.plan = plan;
    double axis = AngularSolution.axis(space);
    angles = Arrays.stream(plan.angles()).map(angle -> angle - axis).toArray();
    profiles = new double[plan.rings().length][];
    Arrays.setAll(profiles, plan::profile);
  }

  /** The basis, or none if no kernel is left. */
  static Optional<SampledBasis> sample(
      GSpace space,
      Representation in,
      Representation out,
      KernelOptions options,
      SamplingPlan plan) {
    for (Representation representation : List.of(in, out)) {
      if (!representation.group().equals(space.fiberGroup())) {
        throw new IllegalArgumentException(
            Text.format(
                "Representation %s is not of %s, the group of %s",
                representation, space.fiberGroup(), space.name()));
      }
    }
    return new BasisSampler(space, in, out, options, plan).sample();
  }

  private Optional<SampledBasis> sample() {
    BasisAssembly assembly = new BasisAssembly(in, out, plan.points());
    for (int ring = 0; ring < plan.rings().length; ring++) {
      for (int i = 0; i < in.irreps().size(); i++) {
        for (int o = 0; o < out.irreps().size(); o++) {
          PairSamples pair = pair(in.irreps().get(i), out.irreps().get(o));
          for (int j = 0; j < pair.solutions.size(); j++) {
            if (Math.abs(pair.solutions.get(j).frequency()) <= plan.cutoffs()[ring]) {
              BasisElement element = element(pair, i, o, ring, j);
              if (options.basisFilter() == null || options.basisFilter().accepts(element)) {
                assembly.add(element, ring * pair.solutions.size() + j, pair.sample(ring, j));
              }
            }
          }
        }
      }
    }
    return assembly.isEmpty() ? Optional.empty() : Optional.of(assembly.build());
  }

  private BasisElement element(
      PairSamples pair, int inPosition, int outPosition, int ring, int index) {
    AngularSolution solution = pair.solutions.get(index);
    return new BasisElement(
        pair.in,
        inPosition,
        pair.out,
        outPosition,
        new BasisElement.Ring(plan.rings()[ring], plan.sigmas()[ring]),
        solution.frequency(),
        solution.gamma(),
        solution.s(),
        solution.offset(),
        index);
  }

  private PairSamples pair(Irrep inIrrep, Irrep outIrrep) {
    return pairs.computeIfAbsent(
        List.of(inIrrep, outIrrep), key -> new PairSamples(inIrrep, outIrrep));
  }

  /** The kernels between two irreps, each sampled when first asked for. */
  private final class PairSamples {

    private final Irrep in;
    private final Irrep out;
    private final List<AngularSolution> solutions;
    private final double[][] samples;

    PairSamples(Irrep in, Irrep out) {
      this.in = in;
      this.out = out;
      solutions =
          AngularSolution.of(space, in, out, plan.maximumFrequency(), options.maximumOffset());
      samples = new double[plan.rings().length * solutions.size()][];
    }

    double[] sample(int ring, int index) {
      int slot = ring * solutions.size() + index;
      if (samples[slot] == null) {
        int points = plan.points();
        double[] values = new double[out.size() * in.size() * points];
        for (int p = 0; p < points; p++) {
          solutions
              .get(index)
              .sample(angles[p], profiles[ring][p], out.size(), in.size(), values, p, points);
        }
        samples[slot] = values;
      }
      return samples[slot];
    }
  }
}
