package org.e2spark.interchange;

/**
 * A function applied to every value on its own.
 *
 * @param function which
 * @param parameter a number the function depends on; 0 where it has none
 */
public record Elementwise(Function function, double parameter) implements PlainLayer {

  /** The functions there are; {@code a} is the parameter. */
  public enum Function {
    /** {@code max(x, 0)}. */
    RELU("torch.relu(%s)"),
    /** {@code x} if positive, else {@code a (exp(x) - 1)}. */
    ELU("torch.elu(%s, %s)"),
    /** {@code x} if positive, else {@code a x}. */
    LEAKY_RELU("torch.leaky_relu(%s, %s)"),
    /** {@code 1 / (1 + exp(-x))}. */
    SIGMOID("torch.sigmoid(%s)"),
    TANH("torch.tanh(%s)"),
    SQUARE("torch.mul(%1$s, %1$s)"),
    SQUARE_ROOT("torch.sqrt(%s)"),
    RECIPROCAL("torch.reciprocal(%s)"),
    /** {@code max(x, a)}. */
    AT_LEAST("torch.clamp_min(%s, %s)"),
    /** {@code x + a}. */
    PLUS("torch.add(%s, %s)"),
    /** {@code a x}. */
    TIMES("torch.mul(%s, %s)"),
    /** 1 where {@code x > a}, else 0. */
    GREATER("torch.type_as(torch.gt(%1$s, %2$s), %1$s)");

    private final String expression;

    Function(String expression) {
      this.expression = expression;
    }
  }

  /** A function without a parameter. */
  public static Elementwise of(Function function) {
    return new Elementwise(function, 0);
  }

  @Override
  public String write(Program program, String x) {
    return program.let(function.expression, x, parameter);
  }
}
