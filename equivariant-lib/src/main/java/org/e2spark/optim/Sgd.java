package org.e2spark.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent, as {@code torch.optim.SGD} computes it.
 *
 * @param momentum kept of the last step, in [0, 1); 0 for none
 * @param style how momentum is applied
 * @param penalties added to the gradient
 */
public record Sgd(double momentum, Style style, Penalties penalties) implements Optimizer {

  private static final String BUFFER = "momentum_buffer";

  /** How momentum is applied. */
  public enum Style {
    /** The step is along the buffer. */
    HEAVY_BALL,
    /** The step looks ahead along the buffer (Nesterov). */
    NESTEROV
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if momentum is out of range, or 0 under Nesterov
   */
  public Sgd {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("Invalid momentum: " + momentum + " (in [0, 1))");
    }
    if (style == Style.NESTEROV && momentum == 0) {
      throw new IllegalArgumentException("Nesterov needs a momentum above 0");
    }
  }

  /** Descent without momentum or penalty. */
  public static Sgd plain() {
    return new Sgd(0, Style.HEAVY_BALL, Penalties.NONE);
  }

  @Override
  public OptimizerState start(NDManager manager, Map<String, NDArray> parameters) {
    return new State(this, manager, parameters);
  }

  static final class State extends OptimizerState {
    private final Sgd rule;

    State(Sgd rule, NDManager manager, Map<String, NDArray> parameters) {
      super(manager, parameters, rule.penalties, rule.momentum == 0 ? List.of() : List.of(BUFFER));
      this.rule = rule;
    }

    @Override
    void update(String name, NDArray parameter, NDArray gradient, double rate, NDManager scratch) {
      NDArray direction = gradient;
      if (rule.momentum != 0) {
        NDArray buffer = array(name, BUFFER);
        buffer.muli(rule.momentum).addi(gradient);
        direction =
            rule.style == Style.NESTEROV
                ? owned(buffer.mul(rule.momentum), scratch).addi(gradient)
                : buffer;
      }
      parameter.subi(owned(direction.mul(rate), scratch));
    }
  }
}
