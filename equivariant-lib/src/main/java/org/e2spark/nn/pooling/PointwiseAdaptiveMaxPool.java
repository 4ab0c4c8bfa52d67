package org.e2spark.nn.pooling;

import org.e2spark.interchange.Reduction;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Pointwise;
import org.e2spark.nn.Size2d;

/**
 * Maxima of every channel over a grid of cells that cover the image, whatever its size; for fields
 * that permute their channels.
 *
 * <p>Input: (batch, channels, height, width); output: (batch, channels, outputHeight, outputWidth).
 */
public final class PointwiseAdaptiveMaxPool extends AdaptivePool {

  /** A square grid. */
  public PointwiseAdaptiveMaxPool(FieldType type, int outputSize) {
    this(type, Size2d.of(outputSize));
  }

  /**
   * A grid of any shape.
   *
   * @param outputSize cells along height and width, at least 1
   * @throws FieldTypeException if a field's representation does not support "pointwise" operations
   */
  public PointwiseAdaptiveMaxPool(FieldType type, Size2d outputSize) {
    super(type, Reduction.MAXIMUM, outputSize);
    Pointwise.requireSupport(type, "pointwise", name());
  }
}
