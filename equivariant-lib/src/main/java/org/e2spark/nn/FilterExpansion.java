package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * How the weights of a steerable layer become the filter of an ordinary convolution. The filter is
 * linear in the weights, and what it is depends on the layer alone: strategies differ in cost, not
 * in result.
 */
interface FilterExpansion {

  /**
   * @param manager who owns the filter
   * @param weights (weights)
   * @return (output channels, input channels, k, k), differentiable in the weights
   */
  NDArray expand(NDManager manager, NDArray weights);
}
