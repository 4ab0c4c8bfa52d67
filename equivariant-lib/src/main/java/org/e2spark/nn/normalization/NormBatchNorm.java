package org.e2spark.nn.normalization;

import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Pointwise;
import org.e2spark.nn.Subfields;

/**
 * Batch normalisation of fields whose mean is zero because they contain no trivial irrep: divides
 * every field by the root of its mean squared entry, over batch, space and channels.
 *
 * <p>Input and output: (batch, channels, height, width). Fields of one size {@code s} have the
 * scales {@code s_weight} and variances {@code s_running_var}, (1, fields, 1, 1, 1). As in e2cnn,
 * training normalises by the running variance, after the batch has moved it, and passes no gradient
 * through it; {@link IIDBatchNorm} normalises by the batch.
 */
public final class NormBatchNorm extends SecondMomentNorm {

  /** With the usual numbers. */
  public NormBatchNorm(FieldType type) {
    this(type, BatchNormOptions.DEFAULT);
  }

  /**
   * @throws FieldTypeException if a field's representation does not support "norm" operations or
   *     contains the trivial irrep
   */
  public NormBatchNorm(FieldType type, BatchNormOptions options) {
    super(type, options, Subfields.whole(type), key -> Integer.toString(key.size()), 5);
    Pointwise.requireSupport(type, "norm", name());
  }
}
