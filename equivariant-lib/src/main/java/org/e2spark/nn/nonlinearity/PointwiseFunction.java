package org.e2spark.nn.nonlinearity;

import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.PlainLayer;

/** A function of one number. */
public enum PointwiseFunction {
  /** {@code max(x, 0)}. */
  RELU("torch.relu(%s)"),
  /** {@code x} where positive, {@code exp(x) - 1} elsewhere. */
  ELU("torch.elu(%s, 1., 1., 1.)"),
  /** {@code 1 / (1 + exp(-x))}. */
  SIGMOID("torch.sigmoid(%s)"),
  /** {@code tanh(x)}. */
  TANH("torch.tanh(%s)");

  private final String format;

  PointwiseFunction(String format) {
    this.format = format;
  }

  /** The function as TorchScript, of an expression. */
  String of(String argument) {
    return format.replace("%s", argument);
  }

  /** The function as a plain layer. */
  PlainLayer plainForm() {
    return switch (this) {
      case RELU -> Elementwise.of(Elementwise.Function.RELU);
      case ELU -> new Elementwise(Elementwise.Function.ELU, 1);
      case SIGMOID -> Elementwise.of(Elementwise.Function.SIGMOID);
      case TANH -> Elementwise.of(Elementwise.Function.TANH);
    };
  }
}
