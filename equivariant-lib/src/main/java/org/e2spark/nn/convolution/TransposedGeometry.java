package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.e2spark.interchange.Convolution;
import org.e2spark.nn.Size2d;
import org.e2spark.text.Text;

/**
 * How a transposed convolution spreads every input pixel over a window of the output.
 *
 * @param kernelSize k, pixels along one side of the filter
 * @param padding rows left out above and below the output, columns left and right of it
 * @param stride steps between the windows of neighbouring inputs
 * @param dilation distance of neighbouring pixels of the filter
 * @param outputPadding rows and columns added at the output's lower and right end
 * @param groups equal groups of channels that are convolved apart from each other
 */
public record TransposedGeometry(
    int kernelSize, Size2d padding, Size2d stride, int dilation, Size2d outputPadding, int groups)
    implements ConvolutionGeometry {

  /**
   * @throws IllegalArgumentException if a padding is negative, a stride less than 1, or the output
   *     padding not smaller than stride or dilation
   */
  public TransposedGeometry {
    padding.atLeast(0, "padding");
    stride.atLeast(1, "stride");
    outputPadding.atLeast(0, "output padding");
    if (outputPadding.height() >= Math.max(stride.height(), dilation)
        || outputPadding.width() >= Math.max(stride.width(), dilation)) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid output padding: %s (must be smaller than the stride %s or the dilation %s)",
              outputPadding, stride, dilation));
    }
  }

  @Override
  public NDArray apply(NDArray x, NDArray filter, NDArray shift) {
    return plainForm(filter, shift).apply(x);
  }

  /**
   * The plain layer that applies a filter.
   *
   * @param filter (input channels, output channels / groups, k, k)
   * @param shift (output channels), or null
   */
  Convolution plainForm(NDArray filter, NDArray shift) {
    return new Convolution(
        filter,
        shift,
        Convolution.Geometry.transposed(
            stride.asShape(),
            padding.asShape(),
            new Shape(dilation, dilation),
            outputPadding.asShape(),
            groups));
  }

  /** Size of the output for images of a size. */
  public Size2d output(Size2d image) {
    return new Size2d(
        extent(image.height(), stride.height(), padding.height(), outputPadding.height()),
        extent(image.width(), stride.width(), padding.width(), outputPadding.width()));
  }

  private int extent(int size, int step, int around, int added) {
    return step * (size - 1) - 2 * around + dilation * (kernelSize - 1) + added + 1;
  }
}
