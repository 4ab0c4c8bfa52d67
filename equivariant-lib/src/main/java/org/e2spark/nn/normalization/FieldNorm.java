package org.e2spark.nn.normalization;

import org.e2spark.interchange.FieldMoments;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;

/**
 * Normalises every field at every pixel by the mean square of its own channels, after its mean is
 * removed. A field of trivial irreps alone is left with nothing but its shift.
 *
 * <p>Input and output: (batch, channels, height, width). Independent of the batch, and the same in
 * training and evaluation.
 */
public final class FieldNorm extends FieldNormalization {

  /** With the usual numbers. */
  public FieldNorm(FieldType type) {
    this(type, FieldNormOptions.DEFAULT);
  }

  /**
   * @throws FieldTypeException if a change of basis is not orthonormal
   */
  public FieldNorm(FieldType type, FieldNormOptions options) {
    super(type, type.fields(), FieldMoments.Extent.PIXEL, options);
  }
}
