package org.e2spark.interchange;

import ai.djl.ndarray.types.Shape;
import org.e2spark.torch.Window;

/**
 * Reduces windows of every channel to one value each.
 *
 * @param reduction {@link Reduction#MAXIMUM} or {@link Reduction#MEAN}, which counts the padding's
 *     zeros
 * @param window where to look; a mean takes no dilation
 */
public record Pooling(Reduction reduction, Window window) implements PlainLayer {

  public Pooling {
    boolean dilated = !window.dilation().equals(new Shape(1, 1));
    if (reduction != Reduction.MAXIMUM && (reduction != Reduction.MEAN || dilated)) {
      throw new IllegalArgumentException("No pooling by " + reduction + " over " + window);
    }
  }

  @Override
  public String write(Program program, String x) {
    return reduction == Reduction.MEAN
        ? program.let("torch.avg_pool2d(%s, %s)", x, window.ofAverage())
        : program.let("torch.max_pool2d(%s, %s)", x, window.ofMaximum());
  }
}
