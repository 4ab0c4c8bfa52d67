package org.e2spark.torch;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A tensor in TorchScript under construction, so that what writes a program reads like what the
 * program computes: {@code x.narrow(1, 0, 4).transpose(0, 1).as(y)} is the statement {@code y =
 * torch.transpose(torch.narrow(x, 1, 0, 4), 0, 1)}.
 *
 * @param code the TorchScript
 */
public record Expression(String code) {

  /** Tensors after each other along an axis; one is itself. */
  public static Expression concatenation(List<Expression> parts, int axis) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    String list = parts.stream().map(Expression::code).collect(Collectors.joining(", "));
    return new Expression("torch.cat([" + list + "], " + axis + ")");
  }

  /** The same numbers in another shape. */
  public Expression reshape(int... shape) {
    return call("reshape", Arrays.toString(shape));
  }

  /** {@code length} entries of an axis. */
  public Expression narrow(int axis, int from, int length) {
    return narrow(axis, Integer.toString(from), length);
  }

  /**
   * {@code length} entries of an axis.
   *
   * @param from an integer expression
   */
  public Expression narrow(int axis, String from, int length) {
    return call("narrow", axis, from, length);
  }

  /** With two axes exchanged. */
  public Expression transpose(int a, int b) {
    return call("transpose", a, b);
  }

  /** In memory row by row. */
  public Expression contiguous() {
    return call("contiguous");
  }

  /** Repeated, without a copy, to a larger shape. */
  public Expression expand(int... shape) {
    return call("expand", Arrays.toString(shape));
  }

  /** The entries of an axis that {@code index} names. */
  public Expression indexSelect(int axis, Expression index) {
    return call("index_select", axis, index.code);
  }

  /** A new tensor of this one's type and place, not yet written. */
  public Expression newEmpty(int... shape) {
    return call("new_empty", Arrays.toString(shape));
  }

  /** A new tensor of zeros, of this one's type and place. */
  public Expression newZeros(int... shape) {
    return call("new_zeros", Arrays.toString(shape));
  }

  /** The products of matrices, one by one: (n, rows, k) times (n, k, columns). */
  public Expression bmm(Expression other) {
    return call("bmm", other.code);
  }

  /** The statement that gives this a name. */
  public String as(Expression name) {
    return name.code + " = " + code;
  }

  /** The statement that writes {@link #bmm} where {@code target} is. */
  public String bmmInto(Expression target, Expression other) {
    return statement(call("bmm", other.code, "out=" + target.code));
  }

  /** The statement that adds {@code a.bmm(b)} to this. */
  public String addBmm(Expression a, Expression b) {
    return statement(call("baddbmm_", a.code, b.code));
  }

  /** The statement that overwrites this. */
  public String overwrite(Expression source) {
    return statement(call("copy_", source.code));
  }

  private static String statement(Expression expression) {
    return "_0 = " + expression.code;
  }

  private Expression call(String function, Object... arguments) {
    String rest = Arrays.stream(arguments).map(a -> ", " + a).collect(Collectors.joining());
    return new Expression("torch." + function + "(" + code + rest + ")");
  }
}
