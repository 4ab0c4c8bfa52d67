package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import org.e2spark.nn.Size2d;

/** How a convolution moves its filter over the image: forward, or transposed. */
public sealed interface ConvolutionGeometry permits FilterGeometry, TransposedGeometry {

  /** Pixels along one side of the filter. */
  int kernelSize();

  /** Pixels added on each side of the input, or, transposed, left out of the output. */
  Size2d padding();

  /** Steps between outputs, or, transposed, between inputs. */
  Size2d stride();

  /** Distance of neighbouring pixels of the filter. */
  int dilation();

  /** Equal groups of channels that are convolved apart from each other. */
  int groups();

  /**
   * Applies a filter, laid out as {@link SteerableConvolution#expandFilter} gives it.
   *
   * @param x (batch, input channels, height, width)
   * @param shift (output channels), or null
   * @return (batch, output channels, h, w), owned by the manager of {@code x}
   */
  NDArray apply(NDArray x, NDArray filter, NDArray shift);
}
