package org.e2spark.interchange;

/** How several values become one. */
public enum Reduction {
  MAXIMUM("torch.amax($x, $axes, False)"),
  MEAN("torch.mean($x, $axes, False)"),
  SUM("torch.sum($x, $axes, False)"),
  /** The square root of the sum of squares; its gradient at zero is zero. */
  NORM("torch.norm($x, 2, $axes, False)");

  private final String expression;

  Reduction(String expression) {
    this.expression = expression;
  }

  String write(Program program, String x, String axes) {
    return program.let("%s", expression.replace("$axes", axes).replace("$x", x));
  }
}
