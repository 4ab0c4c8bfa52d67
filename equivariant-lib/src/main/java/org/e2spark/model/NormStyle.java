package org.e2spark.model;

import static org.e2spark.model.BenchmarkStage.rounded;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.kernel.BasisElement;
import org.e2spark.kernel.BasisFilter;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.NormFunction;
import org.e2spark.nn.nonlinearity.NormNonLinearity;
import org.e2spark.nn.normalization.GNormBatchNorm;
import org.e2spark.nn.pooling.NormMaxPool;
import org.e2spark.nn.pooling.NormPool;

/**
 * Stages on irreps up to some frequency, whose nonlinearities act on the norms of fields: "harmonic
 * networks" (<a href="https://arxiv.org/abs/1612.04642">Worrall et al. 2017</a>) and variations.
 */
enum NormStyle implements BenchmarkStage.Style {
  /** Ends in fields that rotations do not change, by the last convolution. */
  CONVOLVED_TO_SCALARS(Kernels.ALL, Kernels.ALL, Ending.SCALARS, norms(NormFunction.RELU)),
  /** As that, with the norms squashed, without bias. */
  SQUASH(Kernels.ALL, Kernels.ALL, Ending.SCALARS, NormStyle::squash),
  /** As that, with kernels that are linear over the complex numbers, as narrow as with all. */
  COMPLEX_LINEAR(Kernels.COMPLEX, Kernels.ALL, Ending.SCALARS, norms(NormFunction.RELU)),
  /** As that, as wide as the missing kernels allow. */
  COMPLEX_LINEAR_WIDE(Kernels.COMPLEX, Kernels.COMPLEX, Ending.SCALARS, norms(NormFunction.RELU)),
  /** Ends in the norms of all fields. */
  NORM_POOLED(Kernels.ALL, Kernels.ALL, Ending.NORMS, norms(NormFunction.RELU)),
  /** All irreps but the trivial one share one norm. */
  SHARED_NORM(Kernels.ALL, Kernels.ALL, Ending.NORMS, norms(NormFunction.RELU)) {
    @Override
    List<Representation> block(GSpace space) {
      return List.of(Representation.directSum(IrrepFields.nontrivial(space), "irreps"));
    }
  },
  /** All irreps share one norm. */
  ONE_NORM(Kernels.ALL, Kernels.ALL, Ending.NORMS, norms(NormFunction.RELU)) {
    @Override
    public void add(
        LayerChain chain, BenchmarkStage stage, BenchmarkStage.Restriction restriction) {
      addWhole(chain, stage);
    }
  };

  /** Weights per pixel that two blocks of fields may have between them. */
  static final double BUDGET = 16 * 3 / 4.0;

  private enum Ending {
    SCALARS,
    NORMS
  }

  /** Which kernels are used. */
  private enum Kernels implements BasisFilter, UnaryOperator<R2Conv.Builder> {
    ALL,
    /** Those whose matrices are rotations times a factor, seen as complex numbers. */
    COMPLEX;

    @Override
    public boolean accepts(BasisElement element) {
      return this == ALL || element.s().orElse(1) == 1;
    }

    @Override
    public R2Conv.Builder apply(R2Conv.Builder builder) {
      return this == ALL ? builder : builder.basisFilter(this);
    }
  }

  private final Kernels kernels;
  private final Kernels counted;
  private final Ending ending;

  @SuppressWarnings("ImmutableEnumChecker") // functions without state
  private final Function<FieldType, EquivariantModule> nonlinearity;

  NormStyle(
      Kernels kernels,
      Kernels counted,
      Ending ending,
      Function<FieldType, EquivariantModule> nonlinearity) {
    this.kernels = kernels;
    this.counted = counted;
    this.ending = ending;
    this.nonlinearity = nonlinearity;
  }

  private static Function<FieldType, EquivariantModule> norms(NormFunction function) {
    return type -> new NormNonLinearity(type, function, NormNonLinearity.Bias.LEARNT);
  }

  private static EquivariantModule squash(FieldType type) {
    return new NormNonLinearity(type, NormFunction.SQUASH, NormNonLinearity.Bias.NONE);
  }

  /** The fields beside each scalar. */
  List<Representation> block(GSpace space) {
    return IrrepFields.nontrivial(space);
  }

  @Override
  public void add(LayerChain chain, BenchmarkStage stage, BenchmarkStage.Restriction restriction) {
    GSpace space = chain.type().gspace();
    List<Representation> block = block(space);
    int fields = stage.width();
    if (stage.isScaled()) {
      List<Representation> all = IrrepFields.nontrivial(space);
      FieldType type = IrrepFields.type(space, List.of(space.trivial()), all);
      fields = rounded(stage.width(IrrepFields.ratio(stage, type, type, BUDGET, counted)));
    } else if (stage.isLast()) {
      if (ending == Ending.SCALARS) {
        block = IrrepFields.nontrivialOfFrequencyZero(space);
      }
      fields = rounded(fields / (1.0 + block.size()));
    }
    new IrrepStage(
            Collections.nCopies(fields, space.trivial()),
            List.of(),
            sorted(space, IrrepFields.repeated(block, fields)),
            IrrepStage.Kind.IRREPS,
            nonlinearity)
        .add(chain, stage, kernels);
  }

  static List<Representation> sorted(GSpace space, List<Representation> fields) {
    return fields.isEmpty() ? fields : FieldType.of(space, fields).sorted().representations();
  }

  private static void addWhole(LayerChain chain, BenchmarkStage stage) {
    FieldType in = chain.type();
    GSpace space = in.gspace();
    FieldType irreps =
        IrrepFields.type(space, List.of(space.trivial()), IrrepFields.nontrivial(space)).sorted();
    Representation whole = Representation.directSum(irreps.representations(), "irreps");
    int fields = stage.width();
    if (stage.isScaled()) {
      fields =
          rounded(stage.width(IrrepFields.ratio(stage, irreps, irreps, 16 / 2.0, Kernels.ALL)));
    }
    FieldType out = FieldType.of(space, whole, fields);
    chain.add(stage.convolution(in, out).build());
    chain.add(new GNormBatchNorm(out));
    chain.add(new NormNonLinearity(out));
    if (stage.isLast()) {
      chain.add(new NormPool(out));
    } else if (stage.isPooled()) {
      chain.add(NormMaxPool.of(out, stage.pool()));
    }
  }
}
