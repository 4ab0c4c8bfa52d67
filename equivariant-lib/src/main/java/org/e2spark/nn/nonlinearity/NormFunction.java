package org.e2spark.nn.nonlinearity;

import org.e2spark.interchange.Branches;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;

/** What happens to the norm of a field. */
public enum NormFunction {
  /** {@code max(t, 0)} of the norm minus the bias. */
  RELU,
  /** {@code 1 / (1 + exp(-t))} of the norm minus the bias. */
  SIGMOID,
  /** {@code t / (1 + t)} of the norm. */
  SQUASH;

  /** The function as a plain layer. */
  PlainLayer plainForm() {
    return switch (this) {
      case RELU -> Elementwise.of(Elementwise.Function.RELU);
      case SIGMOID -> Elementwise.of(Elementwise.Function.SIGMOID);
      case SQUASH ->
          Branches.product(
              Sequence.IDENTITY,
              Sequence.of(
                  new Elementwise(Elementwise.Function.PLUS, 1),
                  Elementwise.of(Elementwise.Function.RECIPROCAL)));
    };
  }
}
