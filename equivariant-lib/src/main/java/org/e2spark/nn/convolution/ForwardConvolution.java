package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Optional;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;

/** A steerable layer that moves its filter over the image as an ordinary convolution does. */
abstract class ForwardConvolution extends SteerableConvolution {

  private final FilterGeometry geometry;

  ForwardConvolution(SteerableBuilder<?, ?> builder, KernelLayout layout) {
    super(builder.in, builder.out, layout, builder.bias, builder.initialization);
    builder.groupedOut();
    this.geometry = builder.geometry(layout.kernelSize());
    builder.evaluation.applyTo(this);
  }

  @Override
  public final Optional<ConvolutionGeometry> geometry() {
    return Optional.of(geometry);
  }

  @Override
  final NDArray oriented(NDArray filter) {
    return filter;
  }

  @Override
  final NDArray convolve(NDArray x, NDArray filter, NDArray shift) {
    return geometry.apply(x, filter, shift);
  }

  @Override
  final PlainLayer plainForm(PlainArrays arrays, NDArray filter, NDArray shift) {
    return geometry.plainForm(filter, shift);
  }

  @Override
  public final Shape outputShape(Shape input) {
    return geometry.outputShape(input, outType().size());
  }

  @Override
  public final boolean isCentred(Shape input, int axis) {
    return geometry.isCentred(input, axis);
  }
}
