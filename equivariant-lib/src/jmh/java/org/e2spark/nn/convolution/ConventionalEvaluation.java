package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import org.e2spark.nn.Mode;
import org.e2spark.torch.Autograd;

/**
 * A conventional convolution in place of a steerable one, to measure what steerability costs or
 * saves: the same channels and kernel size, but every entry of the filter is a weight of its own.
 */
final class ConventionalEvaluation implements SteerableEvaluation {

  private final SteerableConvolution layer;
  private NDArray filter;

  private ConventionalEvaluation(SteerableConvolution layer) {
    this.layer = layer;
  }

  /** Makes all convolutions of a network conventional. */
  static void applyTo(Block network) {
    RegularC8.convolutions(network)
        .forEach(convolution -> convolution.evaluateBy(ConventionalEvaluation::new));
  }

  @Override
  public NDArray apply(NDArray x, NDArray weights, NDArray shift, Mode mode) {
    if (filter == null) {
      try (Autograd scope = Autograd.pause()) {
        filter = layer.expandFilter(weights.getManager()).stopGradient();
        filter.setRequiresGradient(true);
      }
    }
    return layer.geometry().orElseThrow().apply(x, filter, shift);
  }

  @Override
  public void close() {
    if (filter != null) {
      filter.close();
    }
  }
}
