package org.e2spark.kernel;

import java.util.Arrays;
import java.util.Optional;
import org.e2spark.gspace.GSpace;

/** Samples kernels: harmonics on Gaussian rings. */
final class KernelSampler extends BasisSampler {

  private final SamplingPlan plan;
  private final double[] angles;
  private final double[][] profiles;

  KernelSampler(GSpace space, KernelOptions options, SamplingPlan plan) {
    super(
        space,
        plan.points(),
        plan.rings().length,
        1,
        plan.maximumFrequency(),
        options.maximumOffset(),
        options.basisFilter());
    this.plan = plan;
    double axis = AngularSolution.axis(space);
    angles = Arrays.stream(plan.angles()).map(angle -> angle - axis).toArray();
    profiles = new double[plan.rings().length][];
    Arrays.setAll(profiles, plan::profile);
  }

  @Override
  protected Optional<BasisElement.Radial> radial(int ring, int power, int frequency) {
    return Math.abs(frequency) <= plan.cutoffs()[ring]
        ? Optional.of(new BasisElement.Ring(plan.rings()[ring], plan.sigmas()[ring]))
        : Optional.empty();
  }

  @Override
  protected double[] sample(
      AngularSolution solution, int inSize, int outSize, int ring, int power) {
    double[] values = new double[outSize * inSize * angles.length];
    for (int p = 0; p < angles.length; p++) {
      solution.sample(angles[p], profiles[ring][p], outSize, inSize, values, p, angles.length);
    }
    return values;
  }
}
