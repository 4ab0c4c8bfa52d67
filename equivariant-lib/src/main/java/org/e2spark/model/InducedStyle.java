package org.e2spark.model;

import static org.e2spark.model.BenchmarkStage.rounded;

import java.util.Collections;
import java.util.List;
import org.e2spark.group.Group;
import org.e2spark.group.Representation;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.FieldType;
import org.e2spark.spec.LayerSpec;

/**
 * Stages on fields of O(2) that are induced from the irreps of the rotations of frequency 0, the
 * scalars, and 1, the others; reflections exchange the two halves of each.
 */
enum InducedStyle implements BenchmarkStage.Style {
  /** Nonlinearities on norms; ends in scalars, by the convolution. */
  NORMS,
  /** Gates; ends in scalars, by the convolution. */
  GATED_CONVOLVED_TO_SCALARS,
  /** Gates; ends in the norms of all fields. */
  GATED_NORM_POOLED;

  @Override
  public void add(SpecChain chain, BenchmarkStage stage, BenchmarkStage.Restriction restriction) {
    GSpace space = chain.space();
    SubgroupId rotations = SubgroupId.withoutReflections(-1);
    Group group = space.subgroup(rotations).group();
    Representation scalar = space.induced(rotations, group.irrep(0));
    List<Representation> others = List.of(space.induced(rotations, group.irrep(1)));
    double fields = stage.width();
    if (stage.isScaled()) {
      fields =
          stage.width(
              this == NORMS ? ratioOfNorms(stage, space) : ratio(stage, space, scalar, others));
    } else if (stage.isLast()) {
      if (this == GATED_NORM_POOLED) {
        fields /= 1 + others.size();
      } else {
        others = List.of();
      }
    }
    int count = rounded(fields);
    int gates = this == NORMS ? 0 : count * others.size();
    new IrrepStage(
            Collections.nCopies(count, scalar),
            Collections.nCopies(gates, scalar),
            IrrepFields.repeated(others, count),
            IrrepStage.Kind.INDUCED,
            LayerSpec.of(this == NORMS ? "InducedNormNonLinearity" : "InducedGatedNonLinearity1"))
        .add(chain, stage, null);
  }

  private static double ratio(
      BenchmarkStage stage, GSpace space, Representation scalar, List<Representation> others) {
    List<Representation> gated = Collections.nCopies(others.size() + 1, scalar);
    FieldType in = IrrepFields.type(space, gated, others);
    FieldType out = IrrepFields.type(space, List.of(scalar), others);
    return IrrepFields.ratio(stage, in, out, NormStyle.BUDGET, null);
  }

  /** An estimate of the number of weights from the highest frequency of the group's irreps. */
  private static double ratioOfNorms(BenchmarkStage stage, GSpace space) {
    int frequency = ((FlipRot2dOnR2) space).maximumFrequency();
    double reach = 3 * stage.kernel() / 2.0;
    double lower = Math.min(frequency, reach);
    double pairs = frequency * (2 * reach + 1) - reach * lower;
    double perRing = 4 * pairs / 6 + 2 * lower / 6 + 1;
    double dimensions = 2 + 4.0 * frequency;
    double weights = perRing * stage.kernel() / 2 * dimensions / (2 * frequency + 1);
    return weights / (16 / 2.0 * stage.kernel() * stage.kernel());
  }
}
