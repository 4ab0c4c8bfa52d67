package org.e2spark.model;

import static org.e2spark.model.BenchmarkStage.rounded;

import java.util.Collections;
import java.util.List;
import org.e2spark.group.Representation;
import org.e2spark.gspace.GSpace;
import org.e2spark.kernel.KernelSubset;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.nonlinearity.NormFunction;
import org.e2spark.nn.nonlinearity.NormNonLinearity;
import org.e2spark.spec.LayerSpec;

/**
 * Stages on irreps up to some frequency, whose nonlinearities act on the norms of fields: "harmonic
 * networks" (<a href="https://arxiv.org/abs/1612.04642">Worrall et al. 2017</a>) and variations.
 */
enum NormStyle implements BenchmarkStage.Style {
  /** Ends in fields that rotations do not change, by the last convolution. */
  CONVOLVED_TO_SCALARS(null, null, Ending.SCALARS, Nonlinearity.NORMS),
  /** As that, with the norms squashed, without bias. */
  SQUASH(null, null, Ending.SCALARS, Nonlinearity.SQUASHED),
  /** As that, with kernels that are linear over the complex numbers, as narrow as with all. */
  COMPLEX_LINEAR(KernelSubset.COMPLEX_LINEAR, null, Ending.SCALARS, Nonlinearity.NORMS),
  /** As that, as wide as the missing kernels allow. */
  COMPLEX_LINEAR_WIDE(
      KernelSubset.COMPLEX_LINEAR, KernelSubset.COMPLEX_LINEAR, Ending.SCALARS, Nonlinearity.NORMS),
  /** Ends in the norms of all fields. */
  NORM_POOLED(null, null, Ending.NORMS, Nonlinearity.NORMS),
  /** All irreps but the trivial one share one norm. */
  SHARED_NORM(null, null, Ending.NORMS, Nonlinearity.NORMS) {
    @Override
    List<Representation> block(GSpace space) {
      return List.of(Representation.directSum(IrrepFields.nontrivial(space), "irreps"));
    }
  },
  /** All irreps share one norm. */
  ONE_NORM(null, null, Ending.NORMS, Nonlinearity.NORMS) {
    @Override
    public void add(SpecChain chain, BenchmarkStage stage, BenchmarkStage.Restriction restriction) {
      addWhole(chain, stage);
    }
  };

  /** Weights per pixel that two blocks of fields may have between them. */
  static final double BUDGET = 16 * 3 / 4.0;

  /** Before the constants, which use it. */
  private static final class Nonlinearity {
    static final LayerSpec NORMS = LayerSpec.of("NormNonLinearity");
    static final LayerSpec SQUASHED =
        NORMS.with("function", NormFunction.SQUASH).with("bias", NormNonLinearity.Bias.NONE);
  }

  private enum Ending {
    SCALARS,
    NORMS
  }

  private final KernelSubset kernels;
  private final KernelSubset counted;
  private final Ending ending;

  @SuppressWarnings("ImmutableEnumChecker") // a value
  private final LayerSpec nonlinearity;

  NormStyle(KernelSubset kernels, KernelSubset counted, Ending ending, LayerSpec nonlinearity) {
    this.kernels = kernels;
    this.counted = counted;
    this.ending = ending;
    this.nonlinearity = nonlinearity;
  }

  /** The fields beside each scalar. */
  List<Representation> block(GSpace space) {
    return IrrepFields.nontrivial(space);
  }

  @Override
  public void add(SpecChain chain, BenchmarkStage stage, BenchmarkStage.Restriction restriction) {
    GSpace space = chain.space();
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

  private static void addWhole(SpecChain chain, BenchmarkStage stage) {
    GSpace space = chain.space();
    FieldType irreps =
        IrrepFields.type(space, List.of(space.trivial()), IrrepFields.nontrivial(space)).sorted();
    Representation whole = Representation.directSum(irreps.representations(), "irreps");
    int fields = stage.width();
    if (stage.isScaled()) {
      fields = rounded(stage.width(IrrepFields.ratio(stage, irreps, irreps, 16 / 2.0, null)));
    }
    FieldType out = FieldType.of(space, whole, fields);
    chain.add(stage.convolution(out));
    chain.add("GNormBatchNorm");
    chain.add("NormNonLinearity");
    if (stage.isLast()) {
      chain.add("NormPool");
    } else if (stage.isPooled()) {
      chain.add(stage.pooling("NormMaxPool"));
    }
  }
}
