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
    RELU("torch.relu($x)"),
    /** {@code x} if positive, else {@code a (exp(x) - 1)}. */
    ELU("torch.elu($x, $a)"),
    /** {@code x} if positive, else {@code a x}. */
    LEAKY_RELU("torch.leaky_relu($x, $a)"),
    /** {@code 1 / (1 + exp(-x))}. */
    SIGMOID("torch.sigmoid($x)"),
    TANH("torch.tanh($x)"),
    SQUARE("torch.mul($x, $x)"),
    SQUARE_ROOT("torch.sqrt($x)"),
    RECIPROCAL("torch.reciprocal($x)"),
    /** {@code max(x, a)}. */
    AT_LEAST("torch.clamp_min($x, $a)"),
    /** {@code x + a}. */
    PLUS("torch.add($x, $a)"),
    /** {@code a x}. */
    TIMES("torch.mul($x, $a)"),
    /** 1 where {@code x > a}, else 0. */
    GREATER("torch.type_as(torch.gt($x, $a), $x)");

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
    return program.let(
        "%s", function.expression.replace("$x", x).replace("$a", Double.toString(parameter)));
  }
}
