package org.e2spark.interchange;

/**
 * Reduces images to vectors: (batch, channels, height, width) to (batch, channels).
 *
 * @param reduction how
 */
public record SpatialReduction(Reduction reduction) implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    return reduction.write(program, x, "[2, 3]");
  }
}
