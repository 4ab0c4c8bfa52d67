package org.e2spark.nn.convolution.factorised;

import org.e2spark.nn.Size2d;

/**
 * How a kernel moves over an image that is continued by zeros.
 *
 * @param kernelSize pixels along one side of the kernel
 * @param padding pixels added on each side
 * @param stride steps between outputs
 * @param dilation distance of neighbouring pixels of the kernel
 * @param image size of the image
 */
public record SlidingWindow(
    int kernelSize, Size2d padding, Size2d stride, int dilation, Size2d image) {

  /** Size of the output. */
  public Size2d output() {
    return new Size2d(
        outputs(image.height(), padding.height(), stride.height()),
        outputs(image.width(), padding.width(), stride.width()));
  }

  private int outputs(int size, int pad, int step) {
    return (size + 2 * pad - span()) / step + 1;
  }

  /** Pixels from the kernel's first to its last, both included. */
  int span() {
    return dilation * (kernelSize - 1) + 1;
  }

  /** Rows and columns at the lower and right end that no kernel reads. */
  Size2d unread() {
    Size2d out = output();
    return new Size2d(
        image.height() + 2 * padding.height() - span() - (out.height() - 1) * stride.height(),
        image.width() + 2 * padding.width() - span() - (out.width() - 1) * stride.width());
  }

  /** Whether mirrored images give mirrored outputs: nothing is left over at one end. */
  boolean isCentred() {
    return (image.height() + 2 * padding.height() - span()) % stride.height() == 0
        && (image.width() + 2 * padding.width() - span()) % stride.width() == 0;
  }

  int inputPixels() {
    return image.height() * image.width();
  }

  int outputPixels() {
    return output().height() * output().width();
  }

  /**
   * What a filter gives for an image that is 1 at one pixel.
   *
   * @param filter (kernelSize, kernelSize)
   * @return (output height, output width)
   */
  double[] response(double[] filter, int pixel) {
    Size2d out = output();
    double[] response = new double[out.height() * out.width()];
    int y = pixel / image.width() + padding.height();
    int x = pixel % image.width() + padding.width();
    for (int row = 0; row < kernelSize; row++) {
      int top = y - row * dilation;
      if (top < 0 || top % stride.height() != 0 || top / stride.height() >= out.height()) {
        continue;
      }
      for (int column = 0; column < kernelSize; column++) {
        int left = x - column * dilation;
        if (left >= 0 && left % stride.width() == 0 && left / stride.width() < out.width()) {
          response[top / stride.height() * out.width() + left / stride.width()] =
              filter[row * kernelSize + column];
        }
      }
    }
    return response;
  }
}
