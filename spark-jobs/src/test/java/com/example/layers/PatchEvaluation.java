package com.example.layers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.convolution.FilterGeometry;
import org.e2spark.nn.convolution.SteerableConvolution;
import org.e2spark.nn.convolution.SteerableEvaluation;
import org.e2spark.torch.Ops;
import org.e2spark.torch.TorchFunction;

/** Convolves by one matrix product of the filter with all patches of the images. */
public final class PatchEvaluation implements SteerableEvaluation {

  private final SteerableConvolution layer;
  private final TorchFunction product;

  public PatchEvaluation(SteerableConvolution layer) {
    this.layer = layer;
    FilterGeometry geometry =
        layer
            .geometry()
            .filter(FilterGeometry.class::isInstance)
            .map(FilterGeometry.class::cast)
            .filter(g -> g.groups() == 1 && g.border() == Ops.Border.ZEROS)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        layer.name() + " is no convolution of one group padded with zeros"));
    Size2d kernel = Size2d.of(geometry.kernelSize());
    Size2d dilation = Size2d.of(geometry.dilation());
    String move =
        pair(kernel) + pair(dilation) + pair(geometry.padding()) + pair(geometry.stride());
    this.product =
        TorchFunction.of(
            "x, filter", "torch.matmul(torch.flatten(filter, 1), torch.im2col(x" + move + "))");
  }

  private static String pair(Size2d size) {
    return ", [" + size.height() + ", " + size.width() + "]";
  }

  @Override
  public NDArray apply(NDArray x, NDArray weights, NDArray shift, Mode mode) {
    Shape output = layer.outputShape(x.getShape());
    try (NDArray filter = layer.expansion().expand(x.getManager(), weights);
        NDArray columns = product.apply(x.getManager(), x, filter)) {
      NDArray y = columns.reshape(output);
      if (shift == null) {
        return y;
      }
      try (NDArray unshifted = y;
          NDArray perChannel = shift.reshape(1, output.get(1), 1, 1)) {
        return unshifted.add(perChannel);
      }
    }
  }

  @Override
  public void close() {
    // Keeps nothing between calls.
  }
}
