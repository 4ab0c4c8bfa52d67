package org.e2spark.nn.convolution;

import ai.djl.nn.Block;
import java.io.Serializable;

/**
 * How the convolutions of a network are evaluated wherever it runs: so that all workers of a run,
 * and all who use its model later, compute by the same forms.
 *
 * @param evaluation of all layers
 * @param choices what has been chosen for them so far
 */
public record EvaluationPlan(Evaluation evaluation, EvaluationChoices choices)
    implements Serializable {

  /** Layers choose for themselves. */
  public static EvaluationPlan of(Evaluation evaluation) {
    return new EvaluationPlan(evaluation, EvaluationChoices.NONE);
  }

  /** Sets how all convolutions inside a network are evaluated. */
  public void applyTo(Block network) {
    evaluation.applyTo(network);
    choices.applyTo(network);
  }
}
