package org.e2spark.nn.nonlinearity;

import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.PlainLayer;

/** A function of one number. */
public enum PointwiseFunction {
  /** {@code max(x, 0)}. */
  RELU(Elementwise.of(Elementwise.Function.RELU)),
  /** {@code x} where positive, {@code exp(x) - 1} elsewhere. */
  ELU(new Elementwise(Elementwise.Function.ELU, 1)),
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID(Elementwise.of(Elementwise.Function.SIGMOID)),
  /** {@code tanh(x)}. */
  TANH(Elementwise.of(Elementwise.Function.TANH));

  private final PlainLayer layer;

  PointwiseFunction(PlainLayer layer) {
    this.layer = layer;
  }

  /** The function as a plain layer. */
  PlainLayer plainForm() {
    return layer;
  }
}
