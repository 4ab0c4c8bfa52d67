package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.e2spark.interchange.Convolution;
import org.e2spark.interchange.Padding;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Size2d;
import org.e2spark.torch.Ops;
import org.e2spark.torch.Window;

/**
 * How an ordinary convolution moves its filter over the image.
 *
 * @param kernelSize k, pixels along one side of the filter
 * @param padding rows added above and below, columns added left and right
 * @param stride steps between outputs
 * @param dilation distance of neighbouring pixels of the filter
 * @param border how the image is continued into the padding
 * @param groups equal groups of channels that are convolved apart from each other
 */
public record FilterGeometry(
    int kernelSize, Size2d padding, Size2d stride, int dilation, Ops.Border border, int groups)
    implements ConvolutionGeometry {

  /**
   * @throws IllegalArgumentException if the padding is negative or a stride less than 1
   */
  public FilterGeometry {
    padding.atLeast(0, "padding");
    stride.atLeast(1, "stride");
  }

  /**
   * Cross-correlates images with a filter; in bfloat16 inside of {@link
   * org.e2spark.torch.Autocast}.
   *
   * @param x (batch, input channels, height, width)
   * @param filter (output channels, input channels / groups, k, k)
   * @param shift (output channels), or null
   * @return (batch, output channels, h, w), owned by the manager of {@code x}
   */
  @Override
  public NDArray apply(NDArray x, NDArray filter, NDArray shift) {
    boolean zeros = border == Ops.Border.ZEROS;
    NDArray padded = zeros ? x : Ops.pad(x, padding.height(), padding.width(), border);
    NDArray y = Ops.convolve(padded, filter, shift, zeros ? window() : inside(), groups);
    if (!zeros) {
      padded.close();
    }
    return y;
  }

  PlainLayer plainForm(NDArray filter, NDArray shift) {
    boolean zeros = border == Ops.Border.ZEROS;
    PlainLayer convolution =
        new Convolution(
            filter,
            shift,
            Convolution.Geometry.forward(
                stride.asShape(),
                zeros ? padding.asShape() : new Shape(0, 0),
                new Shape(dilation, dilation),
                groups));
    return zeros
        ? convolution
        : Sequence.of(new Padding(padding.height(), padding.width(), border), convolution);
  }

  /**
   * The shape of the output.
   *
   * @param input (batch, input channels, height, width)
   * @param channels of the output
   * @throws IllegalArgumentException if the padded image is smaller than the filter
   */
  public Shape outputShape(Shape input, int channels) {
    return window().outputShape(input, channels, "kernel");
  }

  /** Whether the windows along an axis, 2 or 3, end as far from the image's edge as they begin. */
  boolean isCentred(Shape input, int axis) {
    return window().isCentred(input, axis);
  }

  private Window window() {
    return window(padding.asShape());
  }

  /** On an image that has been continued already. */
  private Window inside() {
    return window(new Shape(0, 0));
  }

  private Window window(Shape around) {
    return new Window(
        new Shape(kernelSize, kernelSize),
        stride.asShape(),
        around,
        new Shape(dilation, dilation),
        Window.Rounding.FLOOR);
  }
}
