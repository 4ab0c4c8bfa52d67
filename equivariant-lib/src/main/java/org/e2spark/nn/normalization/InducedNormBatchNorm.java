package org.e2spark.nn.normalization;

import org.e2spark.group.InducedOperation;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Subfields;

/**
 * Batch normalisation of induced fields whose mean is zero because they contain no trivial irrep:
 * divides every field by the root of its mean squared entry, over batch, space and all subfields.
 *
 * <p>Input and output: (batch, channels, height, width). Fields of size {@code s} with subfields of
 * size {@code t} have the scales {@code (s, t)_weight} and variances {@code (s, t)_running_var},
 * (1, fields, 1, 1, 1, 1). As in e2cnn, training normalises by the running variance, after the
 * batch has moved it, and passes no gradient through it; {@link IIDBatchNorm} normalises by the
 * batch.
 */
public final class InducedNormBatchNorm extends SecondMomentNorm {

  /** With the usual numbers. */
  public InducedNormBatchNorm(FieldType type) {
    this(type, BatchNormOptions.DEFAULT);
  }

  /**
   * @throws FieldTypeException if a field is not an induced one whose subfields support "norm"
   *     operations, or contains the trivial irrep
   */
  public InducedNormBatchNorm(FieldType type, BatchNormOptions options) {
    super(
        type,
        options,
        Subfields.induced(type, InducedOperation.NORM, "InducedNormBatchNorm"),
        Subfields::toString,
        6);
  }
}
