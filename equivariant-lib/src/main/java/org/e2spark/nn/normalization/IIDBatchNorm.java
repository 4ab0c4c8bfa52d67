package org.e2spark.nn.normalization;

import org.e2spark.group.Representation;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;

/**
 * Batch normalisation for any orthonormal representation with one variance a field: trivial irreps
 * lose their mean, then the whole field is divided by the root of its mean squared entry. On fields
 * that permute their channels it is {@link InnerBatchNorm}.
 *
 * <p>Input and output: (batch, channels, height, width). Fields of representation {@code r} have
 * the scales {@code r_weight} and variances {@code r_running_var}, (fields, 1), and the shifts
 * {@code r_bias} and means {@code r_running_mean}, (fields, trivial irreps). Gradients pass through
 * the statistics of a batch.
 */
public final class IIDBatchNorm extends IrrepBatchNorm {

  /** With the usual numbers. */
  public IIDBatchNorm(FieldType type) {
    this(type, BatchNormOptions.DEFAULT);
  }

  /**
   * @throws FieldTypeException if two different representations have one name, or a change of basis
   *     is not orthonormal
   */
  public IIDBatchNorm(FieldType type, BatchNormOptions options) {
    super(type, options, IrrepMoments.Sharing.FIELD);
    for (Representation representation : type.representations()) {
      FieldTypeException.checkOrthonormal(representation, name());
    }
  }
}
