package org.e2spark.nn.pooling;

import org.e2spark.interchange.Reduction;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;

/**
 * Averages every channel over a grid of cells that cover the image, whatever its size; for any
 * fields.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, channels, outputHeight, outputWidth).
 */
public final class PointwiseAdaptiveAvgPool extends AdaptivePool {

  /** A square grid. */
  public PointwiseAdaptiveAvgPool(FieldType type, int outputSize) {
    this(type, Size2d.of(outputSize));
  }

  /**
   * A grid of any shape.
   *
   * @param outputSize cells along height and width, at least 1
   */
  public PointwiseAdaptiveAvgPool(FieldType type, Size2d outputSize) {
    super(type, Reduction.MEAN, outputSize);
  }
}
