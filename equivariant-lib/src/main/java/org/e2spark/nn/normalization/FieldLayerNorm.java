package org.e2spark.nn.normalization;

import org.e2spark.interchange.FieldMoments;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;

/**
 * Normalises every pixel of every sample by the mean and variance of all its channels, as
 * transformers do (Ba, Kiros and Hinton 2016); {@link FieldGroupNorm} with one group also averages
 * over space.
 *
 * <p>Input and output: (batch, channels, height, width). Independent of the batch, and the same in
 * training and evaluation.
 */
public final class FieldLayerNorm extends FieldNormalization {

  /** With the usual numbers. */
  public FieldLayerNorm(FieldType type) {
    this(type, FieldNormOptions.DEFAULT);
  }

  /**
   * @throws FieldTypeException if a change of basis is not orthonormal
   */
  public FieldLayerNorm(FieldType type, FieldNormOptions options) {
    super(type, 1, FieldMoments.Extent.PIXEL, options);
  }
}
