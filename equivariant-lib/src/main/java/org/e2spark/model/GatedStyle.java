package org.e2spark.model;

import static org.e2spark.model.BenchmarkStage.rounded;

import java.util.Collections;
import java.util.List;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.FieldType;
import org.e2spark.spec.LayerSpec;

/** Stages on irreps whose fields are opened and shut by gates, which are trivial fields. */
enum GatedStyle implements BenchmarkStage.Style {
  /** A gate for each irrep; ends in fields that rotations do not change, by the convolution. */
  CONVOLVED_TO_SCALARS,
  /** One gate for all irreps beside a scalar; ends in trivial fields, by the convolution. */
  SHARED_CONVOLVED_TO_SCALARS,
  /** A gate for each irrep; ends in the norms of all fields. */
  NORM_POOLED,
  /** One gate for all irreps beside a scalar; ends in the norms of all fields. */
  SHARED_NORM_POOLED;

  private boolean isShared() {
    return this == SHARED_CONVOLVED_TO_SCALARS || this == SHARED_NORM_POOLED;
  }

  private boolean endsInScalars() {
    return this == CONVOLVED_TO_SCALARS || this == SHARED_CONVOLVED_TO_SCALARS;
  }

  @Override
  public void add(SpecChain chain, BenchmarkStage stage, BenchmarkStage.Restriction restriction) {
    GSpace space = chain.space();
    List<Representation> irreps = IrrepFields.nontrivial(space);
    int fields = stage.width();
    if (stage.isScaled()) {
      int gates = isShared() ? 1 : irreps.size();
      FieldType in =
          IrrepFields.type(space, Collections.nCopies(gates + 1, space.trivial()), irreps);
      FieldType out = IrrepFields.type(space, List.of(space.trivial()), irreps);
      double ratio = IrrepFields.ratio(stage, in, out, NormStyle.BUDGET, null);
      fields = rounded(stage.width(ratio));
    } else if (stage.isLast()) {
      if (endsInScalars()) {
        irreps = IrrepFields.nontrivialOfFrequencyZero(space);
      }
      fields = rounded(fields / (1.0 + irreps.size()));
    }
    List<Representation> block =
        isShared() && !irreps.isEmpty()
            ? List.of(Representation.directSum(irreps, "irreps"))
            : irreps;
    new IrrepStage(
            Collections.nCopies(fields, space.trivial()),
            Collections.nCopies(fields * block.size(), space.trivial()),
            NormStyle.sorted(space, IrrepFields.repeated(block, fields)),
            IrrepStage.Kind.IRREPS,
            LayerSpec.of("GatedNonLinearity1"))
        .add(chain, stage, null);
  }
}
