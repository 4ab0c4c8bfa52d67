package org.e2spark.nn.normalization;

import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;

/**
 * Batch normalisation for any representation, irrep by irrep: trivial irreps are normalised by mean
 * and variance, the others by their mean squared length.
 *
 * <p>Input and output: (batch, channels, height, width). Fields of representation {@code r} have
 * the scales {@code r_weight} and variances {@code r_running_var}, (fields, irreps), and the shifts
 * {@code r_bias} and means {@code r_running_mean}, (fields, trivial irreps). As in e2cnn, no
 * gradient passes through the statistics of a batch; it does in {@link IIDBatchNorm}.
 */
public final class GNormBatchNorm extends IrrepBatchNorm {

  /** With the usual numbers. */
  public GNormBatchNorm(FieldType type) {
    this(type, BatchNormOptions.DEFAULT);
  }

  /**
   * @throws FieldTypeException if two different representations have one name
   */
  public GNormBatchNorm(FieldType type, BatchNormOptions options) {
    super(type, options, IrrepMoments.Sharing.IRREP);
  }
}
