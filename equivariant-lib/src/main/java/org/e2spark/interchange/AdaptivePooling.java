package org.e2spark.interchange;

/**
 * Reduces the cells of a grid that covers the image to one value each.
 *
 * @param reduction {@link Reduction#MAXIMUM} or {@link Reduction#MEAN}
 * @param height rows of the grid
 * @param width columns of the grid
 */
public record AdaptivePooling(Reduction reduction, long height, long width) implements PlainLayer {

  public AdaptivePooling {
    if (reduction != Reduction.MAXIMUM && reduction != Reduction.MEAN) {
      throw new IllegalArgumentException("No adaptive pooling by " + reduction);
    }
  }

  @Override
  public String write(Program program, String x) {
    return program.let(
        reduction == Reduction.MEAN
            ? "torch.adaptive_avg_pool2d(%s, [%d, %d])"
            : "(torch.adaptive_max_pool2d(%s, [%d, %d]))[0]",
        x,
        height,
        width);
  }
}
