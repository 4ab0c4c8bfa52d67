package org.e2spark.interchange;

import java.util.Locale;
import org.e2spark.torch.Ops;

/**
 * Reduces windows of every channel to one value each.
 *
 * @param reduction {@link Reduction#MAXIMUM} or {@link Reduction#MEAN}, which counts the padding's
 *     zeros
 * @param window where to look; a mean takes no dilation
 */
public record Pooling(Reduction reduction, Ops.Window window) implements PlainLayer {

  public Pooling {
    boolean dilated = window.dilationHeight() != 1 || window.dilationWidth() != 1;
    if (reduction == Reduction.SUM || (reduction == Reduction.MEAN && dilated)) {
      throw new IllegalArgumentException("No pooling by " + reduction + " over " + window);
    }
  }

  @Override
  public String write(Program program, String x) {
    return reduction == Reduction.MEAN
        ? program.let("torch.avg_pool2d(%s, %s, %s, True, None)", x, look(window), ceil(window))
        : program.let("torch.max_pool2d(%s, %s)", x, arguments(window));
  }

  /** The window as the arguments of a maximum pooling. */
  static String arguments(Ops.Window window) {
    return String.format(
        Locale.ROOT,
        "%s, [%d, %d], %s",
        look(window),
        window.dilationHeight(),
        window.dilationWidth(),
        ceil(window));
  }

  private static String look(Ops.Window window) {
    return String.format(
        Locale.ROOT,
        "[%d, %d], [%d, %d], [%d, %d]",
        window.kernelHeight(),
        window.kernelWidth(),
        window.strideHeight(),
        window.strideWidth(),
        window.paddingHeight(),
        window.paddingWidth());
  }

  private static String ceil(Ops.Window window) {
    return window.ceil() ? "True" : "False";
  }
}
