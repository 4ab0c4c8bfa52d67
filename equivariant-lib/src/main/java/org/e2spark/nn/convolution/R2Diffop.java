package org.e2spark.nn.convolution;

import org.e2spark.diffop.DiffopOptions;
import org.e2spark.diffop.Discretization;
import org.e2spark.diffop.SteerableDiffops;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.torch.Ops;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steerable partial differential operators: as {@link R2Conv}, with learnt mixtures of equivariant
 * differential operators in place of kernels (<a href="https://arxiv.org/abs/2106.10163">Jenner and
 * Weiler 2022</a>).
 *
 * <p>Input (batch, inType().size(), height, width); output as R2Conv's. Give a kernel size, a
 * maximum order, or two of kernel size, maximum order and accuracy.
 *
 * <p>The default, finite differences, lies on the grid as in the reference: turned by a quarter,
 * which commutes with rotations but not with reflections. For new networks over spaces with
 * reflections choose {@link Discretization.FiniteDifferences.Orientation#UPRIGHT}.
 */
public final class R2Diffop extends ForwardConvolution {

  private static final Logger log = LoggerFactory.getLogger(R2Diffop.class);

  private R2Diffop(Builder builder, DiffopOptions options) {
    super(builder, builder.layout(options));
    if (builder.in.gspace().hasReflections()
        && options.discretization().equals(Discretization.finiteDifferences())) {
      log.warn(
          "{} over {} uses finite differences as the reference lays them, which do not commute with"
              + " reflections: choose the upright orientation unless weights of the reference are"
              + " to be loaded",
          name(),
          builder.in.gspace().name());
    }
  }

  /**
   * Starts a layer from fields of one type to fields of another, over the same space.
   *
   * @throws FieldTypeException if the types live on different spaces
   */
  public static Builder builder(FieldType in, FieldType out) {
    return new Builder(in, out);
  }

  /** Options of a layer of differential operators. */
  public static final class Builder extends SteerableBuilder<Builder, DiffopOptions.Builder> {

    private Builder(FieldType in, FieldType out) {
      super(in, out, DiffopOptions.builder());
    }

    /** Pixels along one side of the stencils. */
    public Builder kernelSize(int value) {
      basis.kernelSize(value);
      return this;
    }

    /** How the image is continued beyond its border; by zeros by default. */
    public Builder paddingMode(Ops.Border mode) {
      border = mode;
      return this;
    }

    private KernelLayout layout(DiffopOptions built) {
      return KernelLayout.of(
          groupedIn(),
          out,
          built.kernelSize(),
          (a, b) -> SteerableDiffops.find(in.gspace(), a, b, built),
          (a, b) -> SteerableDiffops.noneLeft(in.gspace(), a, b, built));
    }

    /**
     * The layer.
     *
     * @throws org.e2spark.kernel.EmptyBasisException if no operator satisfies the options
     */
    public R2Diffop build() {
      return new R2Diffop(this, basis.dilation(dilation).build());
    }
  }
}
