package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * How the weights of a steerable layer become the filter of an ordinary convolution. The filter is
 * linear in the weights, and what it is depends on the layer alone: strategies differ in cost, not
 * in result.
 */
public interface FilterExpansion {

  /**
   * The filter as part of the recorded computation.
   *
   * @param manager who owns the filter
   * @param weights (weights)
   * @return (output channels, input channels, k, k), differentiable in the weights
   */
  NDArray expand(NDManager manager, NDArray weights);

  /**
   * Writes the filter, outside any recorded computation.
   *
   * @param weights (weights)
   * @param filter (output channels, input channels, k, k)
   */
  void expandInto(NDArray weights, NDArray filter);

  /**
   * The transpose of {@link #expand}: the gradient at the weights for a gradient at the filter.
   *
   * @param weights (weights), for their type and place
   * @param gradient (output channels, input channels, k, k)
   * @return (weights), owned by {@code gradient}'s manager
   */
  NDArray pullBack(NDArray weights, NDArray gradient);
}
