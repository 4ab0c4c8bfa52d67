package org.e2spark.nn.convolution.factorised;

import com.google.errorprone.annotations.FormatMethod;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.text.Text;

/** The statements of a TorchScript program being written. */
final class ProgramText {

  private final List<String> lines = new ArrayList<>();
  private int depth;

  /** Adds a statement. */
  @FormatMethod
  ProgramText add(String format, Object... values) {
    lines.add("  ".repeat(depth) + Text.format(format, values));
    return this;
  }

  /** Adds an expression whose value is of no interest. */
  @FormatMethod
  ProgramText run(String format, Object... values) {
    lines.add("  ".repeat(depth) + Text.format(format, values));
    return this;
  }

  /** Opens a block: what follows is inside until {@link #end}. */
  @FormatMethod
  ProgramText begin(String format, Object... values) {
    add(format, values);
    depth++;
    return this;
  }

  /** Closes a block. */
  ProgramText end() {
    depth--;
    return this;
  }

  /** The statements. */
  List<String> lines() {
    return lines;
  }

  /** A piece of the constants {@code k} as an array. */
  static String piece(Tables tables, double[] values, int... shape) {
    int place = tables.add(values);
    return Text.format(
        "torch.reshape(torch.narrow(k, 0, %d, %d), %s)",
        place, values.length, java.util.Arrays.toString(shape));
  }
}
