package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.types.Shape;
import org.e2spark.group.InducedOperation;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Subfields;

/**
 * Changes the length of every subfield of induced fields and keeps its direction: {@code f · σ(|f|
 * - b) / |f|}, with one bias {@code b = exp(log_bias)} for all subfields of a field.
 *
 * <p>Input and output: (batch, channels, height, width). The biases {@code log_bias}, (fields),
 * follow the fields sorted by size, then by the size of their subfields, equal ones as they are.
 */
public final class InducedNormNonLinearity extends NormActivation {

  /** {@code max(|f| - b, 0)} with learnt biases. */
  public InducedNormNonLinearity(FieldType type) {
    this(type, NormFunction.RELU, NormNonLinearity.Bias.LEARNT);
  }

  /**
   * {@link NormFunction#SQUASH} with a bias is accepted, as saved networks may have it, but has a
   * pole where {@code |f| = b - 1}.
   *
   * @throws FieldTypeException if a field is not an induced one whose subfields support "norm"
   *     operations
   */
  public InducedNormNonLinearity(
      FieldType type, NormFunction function, NormNonLinearity.Bias bias) {
    super(
        type,
        Subfields.induced(type, InducedOperation.NORM, "InducedNormNonLinearity"),
        function,
        bias == NormNonLinearity.Bias.LEARNT ? new Shape(type.fields()) : null);
  }
}
