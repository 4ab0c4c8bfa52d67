package org.e2spark.nn.convolution;

import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.torch.Ops;

/**
 * Steerable convolution on the plane: {@code y = K * x + b} with a kernel that satisfies {@code K(g
 * x) = ρ_out(g) K(x) ρ_in(g)^-1}, so that a transformed input gives the transformed output (<a
 * href="https://arxiv.org/abs/1911.08251">Weiler and Cesa 2019</a>, equation 2).
 *
 * <p>Input (batch, inType().size(), height, width); output (batch, outType().size(), h, w), where
 * {@code h = (height + 2 padding - dilation (kernelSize - 1) - 1) / stride + 1}. Exact for the
 * pixel grid's own symmetries if every stride meets the centre, approximate for other angles; the
 * approximation is as good as the kernel's frequency cutoff is low.
 *
 * <p>Use odd kernel sizes; with stride 2, odd image sizes and {@code padding = kernelSize / 2} keep
 * the centre.
 */
public final class R2Conv extends ForwardConvolution {

  private R2Conv(Builder builder) {
    super(builder, builder.layout(builder.groupedIn(), builder.out));
  }

  /**
   * Starts a convolution from fields of one type to fields of another, over the same space.
   *
   * @throws FieldTypeException if the types live on different spaces
   */
  public static Builder builder(FieldType in, FieldType out) {
    return new Builder(in, out);
  }

  /** Options of a convolution; only the kernel size has no default. */
  public static final class Builder extends ConvolutionBuilder<Builder> {

    private Builder(FieldType in, FieldType out) {
      super(in, out);
    }

    /** How the image is continued beyond its border; by zeros by default. */
    public Builder paddingMode(Ops.Border mode) {
      border = mode;
      return this;
    }

    /**
     * The layer.
     *
     * @throws org.e2spark.kernel.EmptyBasisException if no kernel satisfies the options
     */
    public R2Conv build() {
      return new R2Conv(this);
    }
  }
}
