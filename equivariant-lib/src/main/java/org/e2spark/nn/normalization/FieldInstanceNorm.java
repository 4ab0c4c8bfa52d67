package org.e2spark.nn.normalization;

import org.e2spark.interchange.FieldMoments;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;

/**
 * Normalises every field of every sample by its own mean and variance over channels and space
 * (Ulyanov, Vedaldi and Lempitsky 2016).
 *
 * <p>Input and output: (batch, channels, height, width). Independent of the batch, and the same in
 * training and evaluation.
 */
public final class FieldInstanceNorm extends FieldNormalization {

  /** With the usual numbers. */
  public FieldInstanceNorm(FieldType type) {
    this(type, FieldNormOptions.DEFAULT);
  }

  /**
   * @throws FieldTypeException if a change of basis is not orthonormal
   */
  public FieldInstanceNorm(FieldType type, FieldNormOptions options) {
    super(type, type.fields(), FieldMoments.Extent.IMAGE, options);
  }
}
