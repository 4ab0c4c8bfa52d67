package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.e2spark.nn.Mode;
import org.e2spark.torch.Autograd;

/**
 * Expands the filter and convolves with it.
 *
 * <p>The filter is built once per change of the weights and kept; {@link Autograd#backward} takes
 * the gradient at the filter on to the weights, once for all images. In training under another
 * gradient collector, such as DJL's, the filter is part of the recorded computation instead, at
 * several times the cost. In evaluation it carries no gradient.
 */
final class DenseEvaluation implements SteerableEvaluation {

  private final SteerableConvolution layer;
  private final FilterExpansion expansion;
  private final FilterCache filters;

  /**
   * @param filter its shape
   */
  DenseEvaluation(SteerableConvolution layer, Shape filter) {
    this.layer = layer;
    this.expansion = layer.expansion();
    this.filters = new FilterCache(filter);
  }

  @Override
  public NDArray apply(NDArray x, NDArray w, NDArray shift, Mode mode) {
    if (!mode.isTraining() || !Autograd.isRecording() || !w.hasGradient()) {
      return layer.convolveWith(filter(w), x, shift);
    }
    if (Autograd.current().isPresent()) {
      NDArray leaf = Autograd.current().get().standIn(w, filter(w), g -> expansion.pullBack(w, g));
      return layer.convolveWith(leaf, x, shift);
    }
    // Somebody else's gradient collector knows nothing of stand-ins.
    try (NDArray filter = expansion.expand(x.getManager(), w)) {
      return layer.convolveWith(filter, x, shift);
    }
  }

  private NDArray filter(NDArray w) {
    return filters.get(w, target -> expansion.expandInto(w, target));
  }

  @Override
  public void close() {
    filters.close();
  }
}
