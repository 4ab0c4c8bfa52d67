package org.e2spark.model;

import static org.e2spark.model.BenchmarkStage.rounded;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.e2spark.gspace.GSpace;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.MultipleModule;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.nonlinearity.VectorFieldNonLinearity;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.NormMaxPool;
import org.e2spark.nn.pooling.PointwiseMaxPool;

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
  public void add(LayerChain chain, BenchmarkStage stage, BenchmarkStage.Restriction restriction) {
    FieldType in = chain.type();
    int order = in.gspace().fiberGroup().order();
    int vectors = vectors(stage, order);
    int regular = this == ALL ? 0 : vectors;
    chain.add(stage.convolution(in, fields(in.gspace(), regular + vectors)).build());
    if (stage.isLast()) {
      chain.add(new GroupPooling(chain.type()));
      chain.add(new InnerBatchNorm(chain.type()));
      chain.add(new ELU(chain.type()));
      return;
    }
    chain.add(new InnerBatchNorm(chain.type()));
    if (this == ALL) {
      chain.add(new VectorFieldNonLinearity(chain.type()));
      if (stage.isPooled()) {
        chain.add(NormMaxPool.of(chain.type(), stage.pool()));
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

  private static void addHalves(LayerChain chain, BenchmarkStage stage, int regular, int vectors) {
    List<String> labels = new ArrayList<>(Collections.nCopies(regular, REGULAR));
    labels.addAll(Collections.nCopies(vectors, VECTOR));
    var types = chain.type().groupByLabels(labels);
    chain.add(
        MultipleModule.builder(chain.type(), labels)
            .branch(REGULAR, new ELU(types.get(REGULAR)))
            .branch(VECTOR, new VectorFieldNonLinearity(types.get(VECTOR)))
            .build());
    if (stage.isPooled()) {
      types = chain.type().groupByLabels(labels);
      chain.add(
          MultipleModule.builder(chain.type(), labels)
              .branch(REGULAR, PointwiseMaxPool.of(types.get(REGULAR), stage.pool()))
              .branch(VECTOR, NormMaxPool.of(types.get(VECTOR), stage.pool()))
              .build());
    }
  }
}
