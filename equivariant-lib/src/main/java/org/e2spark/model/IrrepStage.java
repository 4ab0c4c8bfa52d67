package org.e2spark.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.group.Representation;
import org.e2spark.kernel.KernelSubset;
import org.e2spark.spec.LayerSpec;

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
    LayerSpec nonlinearity) {

  /** How fields are made of irreps. */
  enum Kind {
    /** Irreps side by side; the scalars are invariant. */
    IRREPS("NormBatchNorm", "IdentityModule", "NormPool"),
    /** Induced from irreps of the rotations; reflections permute their parts. */
    INDUCED("InducedNormBatchNorm", "GroupPooling", "InducedNormPool");

    private final String normalization;
    private final String invariantScalars;
    private final String invariantOthers;

    Kind(String normalization, String invariantScalars, String invariantOthers) {
      this.normalization = normalization;
      this.invariantScalars = invariantScalars;
      this.invariantOthers = invariantOthers;
    }
  }

  private static final String SCALAR = "trivial";
  private static final String OTHER = "others";

  void add(SpecChain chain, BenchmarkStage stage, KernelSubset kernels) {
    LayerSpec convolution =
        stage.convolution(IrrepFields.type(chain.space(), scalars, gates, others));
    chain.add(kernels == null ? convolution : convolution.with("basisFilter", kernels));
    if (others.isEmpty()) {
      addScalars(chain, stage);
      return;
    }
    int ungated = scalars.size();
    int pointwise = ungated + gates.size();
    int unpooled = others.size();
    chain.add(
        route(
            pointwise, unpooled, LayerSpec.of("InnerBatchNorm"), LayerSpec.of(kind.normalization)));
    chain.add(route(ungated, gates.size() + unpooled, LayerSpec.of("ELU"), nonlinearity));
    if (stage.isLast()) {
      chain.add(
          route(
              ungated,
              unpooled,
              LayerSpec.of(kind.invariantScalars),
              LayerSpec.of(kind.invariantOthers)));
    } else if (stage.isPooled()) {
      chain.add(
          route(
              ungated, unpooled, stage.pooling("PointwiseMaxPool"), stage.pooling("NormMaxPool")));
    }
  }

  private void addScalars(SpecChain chain, BenchmarkStage stage) {
    chain.add("InnerBatchNorm");
    chain.add("ELU");
    if (stage.isLast() && kind == Kind.INDUCED) {
      chain.add("GroupPooling");
    }
    PermutationStyle.pool(chain, stage);
  }

  /** Applies one layer to the first fields and another to the rest. */
  private static LayerSpec route(int scalars, int rest, LayerSpec first, LayerSpec second) {
    return routed(SCALAR, scalars, first, OTHER, rest, second);
  }

  /** Applies one layer to so many fields, which get a label, and another to those that follow. */
  static LayerSpec routed(
      String label, int fields, LayerSpec layer, String nextLabel, int rest, LayerSpec next) {
    return LayerSpec.of("MultipleModule")
        .with("labels", List.of(fields + " x " + label, rest + " x " + nextLabel))
        .with("branches", List.of(branch(label, layer), branch(nextLabel, next)));
  }

  private static Map<String, Object> branch(String label, LayerSpec layer) {
    Map<String, Object> branch = new LinkedHashMap<>();
    branch.put("labels", List.of(label));
    branch.put("layers", List.of(layer));
    return branch;
  }
}
