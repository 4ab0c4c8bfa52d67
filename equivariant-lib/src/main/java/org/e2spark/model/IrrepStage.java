package org.e2spark.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.e2spark.group.Representation;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.IdentityModule;
import org.e2spark.nn.container.MultipleModule;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.normalization.InducedNormBatchNorm;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.normalization.NormBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.InducedNormPool;
import org.e2spark.nn.pooling.NormMaxPool;
import org.e2spark.nn.pooling.NormPool;
import org.e2spark.nn.pooling.PointwiseMaxPool;

/**
 * A stage whose fields are of two kinds: scalars, which are treated channel by channel, and others,
 * of which only the norm is touched; gates for those may come between.
 *
 * @param scalars representations that rotations do not change
 * @param gates one scalar for each of the others, or none
 * @param others all other representations, may be none
 * @param kind how others are made of irreps
 * @param nonlinearity of the others, or of gates and others
 */
record IrrepStage(
    List<Representation> scalars,
    List<Representation> gates,
    List<Representation> others,
    Kind kind,
    Function<FieldType, EquivariantModule> nonlinearity) {

  /** How fields are made of irreps. */
  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  enum Kind {
    /** Irreps side by side; the scalars are invariant. */
    IRREPS(NormBatchNorm::new, IdentityModule::new, NormPool::new),
    /** Induced from irreps of the rotations; reflections permute their parts. */
    INDUCED(InducedNormBatchNorm::new, GroupPooling::new, InducedNormPool::new);

    private final Function<FieldType, EquivariantModule> normalization;
    private final Function<FieldType, EquivariantModule> invariantScalars;
    private final Function<FieldType, EquivariantModule> invariantOthers;

    Kind(
        Function<FieldType, EquivariantModule> normalization,
        Function<FieldType, EquivariantModule> invariantScalars,
        Function<FieldType, EquivariantModule> invariantOthers) {
      this.normalization = normalization;
      this.invariantScalars = invariantScalars;
      this.invariantOthers = invariantOthers;
    }
  }

  private static final String SCALAR = "trivial";
  private static final String OTHER = "others";

  void add(LayerChain chain, BenchmarkStage stage, UnaryOperator<R2Conv.Builder> kernels) {
    FieldType in = chain.type();
    FieldType out = IrrepFields.type(in.gspace(), scalars, gates, others);
    chain.add(kernels.apply(stage.convolution(in, out)).build());
    if (others.isEmpty()) {
      addScalars(chain, stage);
      return;
    }
    int ungated = scalars.size();
    int pointwise = ungated + gates.size();
    route(chain, pointwise, InnerBatchNorm::new, kind.normalization);
    route(chain, ungated, ELU::new, nonlinearity);
    if (stage.isLast()) {
      route(chain, ungated, kind.invariantScalars, kind.invariantOthers);
    } else if (stage.isPooled()) {
      route(
          chain,
          ungated,
          type -> PointwiseMaxPool.of(type, stage.pool()),
          type -> NormMaxPool.of(type, stage.pool()));
    }
  }

  private void addScalars(LayerChain chain, BenchmarkStage stage) {
    chain.add(new InnerBatchNorm(chain.type()));
    chain.add(new ELU(chain.type()));
    if (stage.isLast() && kind == Kind.INDUCED) {
      chain.add(new GroupPooling(chain.type()));
    }
    PermutationStyle.pool(chain, stage);
  }

  /** Applies one module to the first fields and another to the rest. */
  private static void route(
      LayerChain chain,
      int scalars,
      Function<FieldType, EquivariantModule> first,
      Function<FieldType, EquivariantModule> second) {
    FieldType type = chain.type();
    List<String> labels = new ArrayList<>(Collections.nCopies(scalars, SCALAR));
    labels.addAll(Collections.nCopies(type.fields() - scalars, OTHER));
    var types = type.groupByLabels(labels);
    chain.add(
        MultipleModule.builder(type, labels)
            .branch(SCALAR, first.apply(types.get(SCALAR)))
            .branch(OTHER, second.apply(types.get(OTHER)))
            .build());
  }
}
