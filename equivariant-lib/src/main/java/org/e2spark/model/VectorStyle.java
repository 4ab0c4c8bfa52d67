package org.e2spark.model;

import static org.e2spark.model.BenchmarkStage.rounded;

import org.e2spark.gspace.GSpace;
import org.e2spark.nn.FieldType;
import org.e2spark.spec.LayerSpec;

/**
 * Stages whose regular fields become vectors (<a href="https://arxiv.org/abs/1612.09346">Marcos et
 * al. 2017</a>).
 */
enum VectorStyle implements BenchmarkStage.Style {
  /** All of them. */
  ALL,
  /** The second half of them. */
  HALF;

  private static final String REGULAR = "regular";
  private static final String VECTOR = "vector";

  @Override
  public void add(SpecChain chain, BenchmarkStage stage, BenchmarkStage.Restriction restriction) {
    int order = chain.space().fiberGroup().order();
    int vectors = vectors(stage, order);
    int regular = this == ALL ? 0 : vectors;
    chain.add(stage.convolution(fields(chain.space(), regular + vectors)));
    if (stage.isLast()) {
      chain.add("GroupPooling");
      chain.add("InnerBatchNorm");
      chain.add("ELU");
      return;
    }
    chain.add("InnerBatchNorm");
    if (this == ALL) {
      chain.add("VectorFieldNonLinearity");
      if (stage.isPooled()) {
        chain.add(stage.pooling("NormMaxPool"));
      }
    } else {
      addHalves(chain, stage, regular, vectors);
    }
  }

  private int vectors(BenchmarkStage stage, int order) {
    return this == ALL
        ? rounded(stage.width(order / 16.0) * Math.sqrt(order / 2.0))
        : rounded(stage.width((0.5 * order + 0.5 * 2) / 16) * 0.5);
  }

  private static FieldType fields(GSpace space, int count) {
    return PermutationStyle.regular(space, count);
  }

  private static void addHalves(SpecChain chain, BenchmarkStage stage, int regular, int vectors) {
    chain.add(
        IrrepStage.routed(
            REGULAR,
            regular,
            LayerSpec.of("ELU"),
            VECTOR,
            vectors,
            LayerSpec.of("VectorFieldNonLinearity")));
    if (stage.isPooled()) {
      chain.add(
          IrrepStage.routed(
              REGULAR,
              regular,
              stage.pooling("PointwiseMaxPool"),
              VECTOR,
              vectors,
              stage.pooling("NormMaxPool")));
    }
  }
}
