package org.e2spark.interchange;

import java.util.Locale;
import org.e2spark.torch.Ops;

/**
 * Continues images beyond their borders.
 *
 * @param rows added above and below
 * @param columns added left and right
 * @param border by what
 */
public record Padding(int rows, int columns, Ops.Border border) implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    String mode = border == Ops.Border.ZEROS ? "constant" : border.name().toLowerCase(Locale.ROOT);
    return program.let(
        "torch.pad(%s, [%d, %d, %d, %d], \"%s\", None)", x, columns, columns, rows, rows, mode);
  }
}
