package org.e2spark.nn.convolution.factorised;

import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.ConvolutionGeometry;
import org.e2spark.nn.convolution.TransposedGeometry;
import org.e2spark.text.Text;

/**
 * Which input pixel an output pixel reads through which pixel of a kernel, along each axis:
 *
 * <p>{@code inputStep · input = outputStep · output + first + kernelStep · kernel}.
 *
 * <p>An ordinary convolution steps over outputs and has {@code inputStep} 1; a transposed one steps
 * over inputs, has {@code outputStep} 1, and reads its kernel backwards. Beyond the image there are
 * zeros.
 *
 * @param kernelSize pixels along one side of the kernel
 * @param image size of the input
 * @param output size of the output
 * @param inputStep distance of neighbouring inputs
 * @param outputStep distance of neighbouring outputs
 * @param first place of the first output
 * @param kernelStep distance of neighbouring pixels of the kernel, negative if it is read backwards
 */
public record KernelWindow(
    int kernelSize,
    Size2d image,
    Size2d output,
    Size2d inputStep,
    Size2d outputStep,
    Size2d first,
    int kernelStep) {

  private static final Size2d ONE = Size2d.of(1);

  /** How a layer moves its kernel over images of a size; borders that are no zeros are inside. */
  static KernelWindow of(ConvolutionGeometry geometry, Size2d padding, Size2d image) {
    return geometry instanceof TransposedGeometry transposed
        ? spreading(transposed, image)
        : sliding(geometry.kernelSize(), padding, geometry.stride(), geometry.dilation(), image);
  }

  /** Of an ordinary convolution with zeros around the image. */
  static KernelWindow sliding(
      int kernelSize, Size2d padding, Size2d stride, int dilation, Size2d image) {
    int span = dilation * (kernelSize - 1) + 1;
    Size2d output =
        new Size2d(
            (image.height() + 2 * padding.height() - span) / stride.height() + 1,
            (image.width() + 2 * padding.width() - span) / stride.width() + 1);
    Size2d first = new Size2d(-padding.height(), -padding.width());
    return new KernelWindow(kernelSize, image, output, ONE, stride, first, dilation);
  }

  /** Of a transposed convolution. */
  static KernelWindow spreading(TransposedGeometry geometry, Size2d image) {
    return new KernelWindow(
        geometry.kernelSize(),
        image,
        geometry.output(image),
        geometry.stride(),
        ONE,
        geometry.padding(),
        -geometry.dilation());
  }

  boolean isTransposed() {
    return kernelStep < 0;
  }

  Size2d stride() {
    return isTransposed() ? inputStep : outputStep;
  }

  Size2d padding() {
    return isTransposed() ? first : new Size2d(-first.height(), -first.width());
  }

  int dilation() {
    return Math.abs(kernelStep);
  }

  /** What the adjoint's output, at its lower and right end, has more than kernels reach. */
  Size2d unread() {
    Size2d small = isTransposed() ? image : output;
    Size2d large = isTransposed() ? output : image;
    int span = dilation() * (kernelSize - 1) + 1;
    return new Size2d(
        large.height() + 2 * padding().height() - span - (small.height() - 1) * stride().height(),
        large.width() + 2 * padding().width() - span - (small.width() - 1) * stride().width());
  }

  /** Whether mirrored images give mirrored outputs: nothing is left over at one end. */
  boolean isCentred() {
    return surplus(
                image.height(),
                output.height(),
                inputStep.height(),
                outputStep.height(),
                first.height())
            == 0
        && surplus(
                image.width(), output.width(), inputStep.width(), outputStep.width(), first.width())
            == 0;
  }

  private int surplus(int inputs, int outputs, int inStep, int outStep, int start) {
    return inStep * (inputs - 1)
        - outStep * (outputs - 1)
        - 2 * start
        - kernelStep * (kernelSize - 1);
  }

  /**
   * The shortest period of each axis after which images may repeat: what is read outside of the
   * image wraps around to zeros.
   */
  Size2d period() {
    return new Size2d(
        period(
            image.height(),
            output.height(),
            inputStep.height(),
            outputStep.height(),
            first.height()),
        period(
            image.width(), output.width(), inputStep.width(), outputStep.width(), first.width()));
  }

  private int period(int inputs, int outputs, int inStep, int outStep, int start) {
    int reach = kernelStep * (kernelSize - 1);
    int lowest = start + Math.min(0, reach);
    int highest = outStep * (outputs - 1) + start + Math.max(0, reach);
    return Math.max(highest, inStep * (inputs - 1) - lowest) + 1;
  }

  int inputPixels() {
    return image.height() * image.width();
  }

  int outputPixels() {
    return output.height() * output.width();
  }

  /** How often the whole kernel is applied. */
  int applications() {
    return isTransposed() ? inputPixels() : outputPixels();
  }

  /**
   * The convolution with a filter as an expression.
   *
   * @param filter (outputs, inputs / groups, k, k), transposed (inputs, outputs / groups, k, k)
   */
  String convolution(String images, String filter, int groups) {
    return isTransposed()
        ? transposed(images, filter, groups)
        : Text.format("torch.conv2d(%s, %s, None, %s, %d)", images, filter, places(), groups);
  }

  /** The adjoint of {@link #convolution} as an expression. */
  String adjoint(String outputs, String filter, int groups) {
    if (!isTransposed()) {
      return transposed(outputs, filter, groups);
    }
    // An output padding as large as the stride has room for kernels that no input stands for.
    return Text.format(
        "torch.narrow(torch.narrow(torch.conv2d(%s, %s, None, %s, %d), 2, 0, %d), 3, 0, %d)",
        outputs, filter, places(), groups, image.height(), image.width());
  }

  private String transposed(String images, String filter, int groups) {
    return Text.format(
        "torch.conv_transpose2d(%s, %s, None, %s, %s, %s, %d, %s)",
        images,
        filter,
        pair(stride()),
        pair(padding()),
        pair(unread()),
        groups,
        pair(Size2d.of(dilation())));
  }

  /** Stride, padding and dilation as arguments. */
  String places() {
    return Text.format("%s, %s, %s", pair(stride()), pair(padding()), pair(Size2d.of(dilation())));
  }

  static String pair(Size2d size) {
    return Text.format("[%d, %d]", size.height(), size.width());
  }

  /**
   * What a filter gives for an image that is 1 at one pixel.
   *
   * @param filter (kernelSize, kernelSize)
   * @return (output height, output width)
   */
  double[] response(double[] filter, int pixel) {
    double[] response = new double[outputPixels()];
    int y = pixel / image.width() * inputStep.height() - first.height();
    int x = pixel % image.width() * inputStep.width() - first.width();
    for (int row = 0; row < kernelSize; row++) {
      int top = y - row * kernelStep;
      if (top < 0
          || top % outputStep.height() != 0
          || top / outputStep.height() >= output.height()) {
        continue;
      }
      for (int column = 0; column < kernelSize; column++) {
        int left = x - column * kernelStep;
        if (left >= 0
            && left % outputStep.width() == 0
            && left / outputStep.width() < output.width()) {
          response[top / outputStep.height() * output.width() + left / outputStep.width()] =
              filter[row * kernelSize + column];
        }
      }
    }
    return response;
  }
}
