package org.e2spark.nn.normalization;

import org.e2spark.interchange.FieldMoments;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;

/**
 * Normalises every sample by the mean and variance of groups of fields over channels and space: on
 * fields that permute their channels PyTorch's {@code GroupNorm}, whose affine part it replaces by
 * one that commutes with the group (Wu and He 2018). One group of all fields is layer normalisation
 * of images.
 *
 * <p>Input and output: (batch, channels, height, width). Independent of the batch, and the same in
 * training and evaluation.
 */
public final class FieldGroupNorm extends FieldNormalization {

  /** With the usual numbers. */
  public FieldGroupNorm(FieldType type, int groups) {
    this(type, groups, FieldNormOptions.DEFAULT);
  }

  /**
   * @param groups of neighbouring fields; must divide the number of fields
   * @throws FieldTypeException if a change of basis is not orthonormal
   */
  public FieldGroupNorm(FieldType type, int groups, FieldNormOptions options) {
    super(type, groups, FieldMoments.Extent.IMAGE, options);
  }
}
