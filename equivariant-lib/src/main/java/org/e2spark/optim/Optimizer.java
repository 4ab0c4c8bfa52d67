package org.e2spark.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.Serializable;
import java.util.Map;

/** A rule that changes parameters along their gradients: a value, which holds no arrays. */
public sealed interface Optimizer extends Serializable permits Adam, AdamW, Sgd {

  /**
   * Begins the optimisation of some parameters, with zero state.
   *
   * @param manager who owns the state's arrays
   * @param parameters the arrays to be changed in place, by name
   */
  OptimizerState start(NDManager manager, Map<String, NDArray> parameters);

  /** Plain Adam: (0.9, 0.999), epsilon 1e-8, no penalty. */
  static Adam adam() {
    return new Adam(0.9, 0.999, 1e-8, Penalties.NONE);
  }
}
