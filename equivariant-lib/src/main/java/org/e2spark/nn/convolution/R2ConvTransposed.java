package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.pooling.R2Upsampling;

/**
 * Transposed steerable convolution: upsamples by spreading every input pixel over an equivariant
 * kernel.
 *
 * <p>Input (batch, inType().size(), height, width); output (batch, outType().size(), h, w), where
 * {@code h = stride (height - 1) - 2 padding + dilation (kernelSize - 1) + outputPadding + 1}. For
 * upsampling without checkerboard patterns, {@link R2Upsampling} followed by {@link R2Conv} is
 * usually better.
 */
public final class R2ConvTransposed extends SteerableConvolution {

  private final TransposedGeometry geometry;

  private R2ConvTransposed(Builder builder) {
    super(
        builder.in,
        builder.out,
        builder.layout(builder.in, builder.groupedOut()),
        builder.bias,
        builder.initialization);
    builder.groupedIn();
    this.geometry =
        new TransposedGeometry(
            builder.kernelSize,
            builder.padding,
            builder.stride,
            builder.dilation,
            builder.outputPadding,
            builder.groups);
    builder.evaluation.applyTo(this);
  }

  /**
   * Starts a transposed convolution from fields of one type to fields of another, over the same
   * space.
   *
   * @throws FieldTypeException if the types live on different spaces
   */
  public static Builder builder(FieldType in, FieldType out) {
    return new Builder(in, out);
  }

  @Override
  public Optional<ConvolutionGeometry> geometry() {
    return Optional.of(geometry);
  }

  @Override
  NDArray oriented(NDArray filter) {
    return filter.swapAxes(0, 1);
  }

  @Override
  NDArray convolve(NDArray x, NDArray filter, NDArray shift) {
    return geometry.apply(x, filter, shift);
  }

  @Override
  PlainLayer plainForm(PlainArrays arrays, NDArray filter, NDArray shift) {
    return geometry.plainForm(filter, shift);
  }

  @Override
  public Shape outputShape(Shape input) {
    Size2d output =
        geometry.output(new Size2d(Math.toIntExact(input.get(2)), Math.toIntExact(input.get(3))));
    return new Shape(input.get(0), outType().size(), output.height(), output.width());
  }

  /** Whether as much is added on one side of the output as on the other. */
  @Override
  public boolean isCentred(Shape input, int axis) {
    return geometry.outputPadding().asShape().get(axis - 2) == 0;
  }

  @Override
  public Optional<String> centringRemedy() {
    return Optional.of(
        "Leave out its output padding, or enlarge by R2Upsampling and convolve after that");
  }

  /**
   * Options of a transposed convolution; only the kernel size has no default. The default rings are
   * those of an undilated kernel, whatever the dilation, as in the reference: other rings would be
   * other weights.
   */
  public static final class Builder extends ConvolutionBuilder<Builder> {

    private Size2d outputPadding = Size2d.of(0);

    private Builder(FieldType in, FieldType out) {
      super(in, out);
    }

    /** Rows and columns added at the lower and right end of the output; 0 by default. */
    public Builder outputPadding(int value) {
      return outputPadding(Size2d.of(value));
    }

    /** Rows added at the lower, columns at the right end of the output; 0 by default. */
    public Builder outputPadding(Size2d value) {
      outputPadding = value;
      return this;
    }

    /**
     * The layer.
     *
     * @throws org.e2spark.kernel.EmptyBasisException if no kernel satisfies the options
     */
    public R2ConvTransposed build() {
      basis.undilatedRings();
      return new R2ConvTransposed(this);
    }
  }
}
