package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import org.e2spark.interchange.Convolution;
import org.e2spark.interchange.Padding;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;
import org.e2spark.nn.Size2d;
import org.e2spark.torch.Ops;

/** How an ordinary convolution moves its filter over the image. */
record PlainConvolution(
    int kernelSize, Size2d padding, Size2d stride, int dilation, Ops.Border border, int groups) {

  PlainConvolution {
    padding.atLeast(0, "padding");
    stride.atLeast(1, "stride");
  }

  /**
   * @param filter (output channels, input channels / groups, k, k)
   * @param shift (output channels), or null
   */
  NDArray apply(NDArray x, NDArray filter, NDArray shift) {
    boolean zeros = border == Ops.Border.ZEROS;
    NDArray padded = zeros ? x : Ops.pad(x, padding.height(), padding.width(), border);
    NDArray y =
        Conv2d.conv2d(
                padded,
                filter,
                shift,
                new Shape(stride.height(), stride.width()),
                zeros ? new Shape(padding.height(), padding.width()) : new Shape(0, 0),
                new Shape(dilation, dilation),
                groups)
            .singletonOrThrow();
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

  Shape outputShape(Shape input, int channels) {
    return new Shape(
        input.get(0),
        channels,
        extent(input.get(2), padding.height(), stride.height()),
        extent(input.get(3), padding.width(), stride.width()));
  }

  /** Whether the windows along an axis, 2 or 3, end as far from the image's edge as they begin. */
  boolean isCentred(Shape input, int axis) {
    return axis == 2
        ? span(input.get(2), padding.height()) % stride.height() == 0
        : span(input.get(3), padding.width()) % stride.width() == 0;
  }

  private long span(long size, int p) {
    return size + 2L * p - (long) dilation * (kernelSize - 1) - 1;
  }

  private long extent(long size, int p, int s) {
    long span = span(size, p);
    if (span < 0) {
      throw new IllegalArgumentException(
          "Image of "
              + size
              + " pixels with padding "
              + p
              + " is smaller than the kernel of "
              + kernelSize
              + " with dilation "
              + dilation);
    }
    return span / s + 1;
  }
}
