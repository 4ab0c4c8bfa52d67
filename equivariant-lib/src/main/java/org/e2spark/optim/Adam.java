package org.e2spark.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.e2spark.text.Text;

/**
 * Adam (Kingma and Ba, Adam: a method for stochastic optimization, 2015), as {@code
 * torch.optim.Adam} computes it; with both kinds of penalty it is the variant that the steerable
 * networks' MNIST experiments were trained with.
 *
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the mean square, in [0, 1)
 * @param epsilon added to the denominator, above 0
 * @param penalties added to the gradient
 */
public record Adam(double beta1, double beta2, double epsilon, Penalties penalties)
    implements Optimizer {

  private static final String MEAN = "exp_avg";
  private static final String SQUARE = "exp_avg_sq";

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public Adam {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid Adam: betas %s, %s (in [0, 1)), epsilon %s (> 0)", beta1, beta2, epsilon));
    }
  }

  /** The same with other penalties. */
  public Adam withPenalties(Penalties value) {
    return new Adam(beta1, beta2, epsilon, value);
  }

  @Override
  public OptimizerState start(NDManager manager, Map<String, NDArray> parameters) {
    return new State(this, Penalties.NONE, manager, parameters);
  }

  static final class State extends OptimizerState {
    private final Adam rule;
    private final Penalties decay;

    /**
     * @param decay whose squared part shrinks parameters before each step
     */
    State(Adam rule, Penalties decay, NDManager manager, Map<String, NDArray> parameters) {
      super(manager, parameters, rule.penalties, List.of(MEAN, SQUARE));
      this.rule = rule;
      this.decay = decay;
    }

    @Override
    void update(String name, NDArray parameter, NDArray gradient, double rate, NDManager scratch) {
      double shrink = rate * decay.of(name).l2();
      if (shrink != 0) {
        parameter.muli(1 - shrink);
      }
      NDArray mean = array(name, MEAN);
      NDArray square = array(name, SQUARE);
      mean.muli(rule.beta1).addi(owned(gradient.mul(1 - rule.beta1), scratch));
      square.muli(rule.beta2).addi(owned(gradient.mul(gradient), scratch).muli(1 - rule.beta2));
      double meanCorrection = 1 - Math.pow(rule.beta1, steps());
      double squareCorrection = Math.sqrt(1 - Math.pow(rule.beta2, steps()));
      NDArray denominator = owned(square.sqrt(), scratch).divi(squareCorrection).addi(rule.epsilon);
      parameter.subi(owned(mean.div(denominator), scratch).muli(rate / meanCorrection));
    }
  }
}
