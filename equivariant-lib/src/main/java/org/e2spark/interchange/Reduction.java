package org.e2spark.interchange;

/** How several values become one. */
public enum Reduction {
  MAXIMUM("torch.amax(%s, %s, False)"),
  MEAN("torch.mean(%s, %s, False)"),
  SUM("torch.sum(%s, %s, False)");

  private final String expression;

  Reduction(String expression) {
    this.expression = expression;
  }

  String write(Program program, String x, String axes) {
    return program.let(expression, x, axes);
  }
}
