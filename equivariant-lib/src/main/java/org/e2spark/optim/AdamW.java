package org.e2spark.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.e2spark.text.Text;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, Decoupled weight decay regularization,
 * 2019), as {@code torch.optim.AdamW} computes it: a parameter is multiplied by {@code 1 - rate *
 * l2} before each step, and its gradient is left alone.
 *
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the mean square, in [0, 1)
 * @param epsilon added to the denominator, above 0
 * @param decay strengths by the parameters' names; none has an absolute part
 */
public record AdamW(double beta1, double beta2, double epsilon, Penalties decay)
    implements Optimizer {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public AdamW {
    new Adam(beta1, beta2, epsilon, Penalties.NONE);
    for (Penalties.Rule rule : decay.rules()) {
      if (rule.l1() != 0) {
        throw new IllegalArgumentException(
            Text.format(
                "AdamW has no absolute penalty, but '%s' has l1 %s (use Adam, or l1 = 0)",
                rule.pattern(), rule.l1()));
      }
    }
  }

  @Override
  public OptimizerState start(NDManager manager, Map<String, NDArray> parameters) {
    Adam adam = new Adam(beta1, beta2, epsilon, Penalties.NONE);
    return new Adam.State(adam, decay, manager, parameters);
  }
}
