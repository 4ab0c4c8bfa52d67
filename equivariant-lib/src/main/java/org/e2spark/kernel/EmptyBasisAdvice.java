package org.e2spark.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.text.Text;

/** Why options leave no kernel, and which single change of them leaves some, by trying. */
final class EmptyBasisAdvice {

  /** Kernel sizes tried are at most so much larger. */
  private static final int REACH = 8;

  private final GSpace space;
  private final Representation in;
  private final Representation out;
  private final KernelOptions options;
  private final List<String> remedies = new ArrayList<>();

  private EmptyBasisAdvice(
      GSpace space, Representation in, Representation out, KernelOptions options) {
    this.space = space;
    this.in = in;
    this.out = out;
    this.options = options;
  }

  static EmptyBasisException exception(
      GSpace space, Representation in, Representation out, KernelOptions options) {
    return new EmptyBasisAdvice(space, in, out, options).exception();
  }

  private EmptyBasisException exception() {
    OptionalInt lowest = AngularSolution.lowestFrequency(space, in, out);
    SamplingPlan plan = plan(options);
    return new EmptyBasisException(
        Text.format(
            "Kernel size %d leaves no basis from %s to %s for %s with rings=%s, highest frequencies %s (%s)",
            options.kernelSize(),
            in.name(),
            out.name(),
            space.fiberGroup().name(),
            Arrays.toString(plan.rings()),
            Arrays.toString(plan.cutoffs()),
            lowest.isEmpty()
                ? "no kernel of any size connects them: choose other representations"
                : advice(plan, lowest.getAsInt())));
  }

  private String advice(SamplingPlan plan, int lowestFrequency) {
    for (int size = options.kernelSize() + 1; size <= options.kernelSize() + REACH; size++) {
      if (suggest("smallest: " + size, options.toBuilder().kernelSize(size))) {
        break;
      }
    }
    if (options.rings() != null) {
      KernelOptions.Builder changed = options.toBuilder().defaultRings();
      suggest("rings=" + Arrays.toString(plan(changed.create()).rings()), changed);
    }
    double reach = Arrays.stream(plan.rings()).max().orElse(0);
    if (reach > 0) {
      double factor = lowestFrequency / reach;
      suggest(
          "frequenciesCutoff=" + factor,
          options.toBuilder().frequenciesCutoff(FrequencyCutoff.of(factor)));
    }
    if (!options.sigma().isEmpty()) {
      suggest("the default sigma", options.toBuilder().defaultSigma());
    }
    if (options.maximumOffset() != null) {
      suggest("no maximum offset", options.toBuilder().anyOffset());
    }
    if (options.basisFilter() != null) {
      suggest("no basis filter", options.toBuilder().basisFilter(null));
    }
    return remedies.isEmpty()
        ? "change more than one of its options"
        : String.join(" or ", remedies);
  }

  private boolean suggest(String remedy, KernelOptions.Builder changed) {
    KernelOptions other = changed.create();
    boolean helps = SteerableBasis.find(space, in, out, other, other.grid()).isPresent();
    if (helps) {
      remedies.add(remedy);
    }
    return helps;
  }

  private static SamplingPlan plan(KernelOptions options) {
    return SamplingPlan.of(options, options.grid());
  }
}
