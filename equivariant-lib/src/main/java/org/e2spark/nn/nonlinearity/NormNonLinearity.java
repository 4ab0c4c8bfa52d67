package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.types.Shape;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Pointwise;
import org.e2spark.nn.Subfields;

/**
 * Changes the length of every field and keeps its direction: {@code f · σ(|f| - b) / |f|}, for
 * fields whose representations keep lengths (Worrall et al., "Harmonic Networks", 2017).
 *
 * <p>Input and output: (batch, channels, height, width). Each field has a bias {@code b =
 * exp(log_bias)}; the biases {@code log_bias}, (1, fields, 1, 1), follow the fields sorted by size,
 * smallest first, equal sizes as they are.
 */
public final class NormNonLinearity extends NormActivation {

  /** Whether norms are compared with a learnt bias. */
  public enum Bias {
    LEARNT,
    NONE
  }

  /** {@code max(|f| - b, 0)} with learnt biases. */
  public NormNonLinearity(FieldType type) {
    this(type, NormFunction.RELU, Bias.LEARNT);
  }

  /**
   * @throws FieldTypeException if a field's representation does not support "norm" operations
   * @throws IllegalArgumentException if {@link NormFunction#SQUASH} is to have a bias
   */
  public NormNonLinearity(FieldType type, NormFunction function, Bias bias) {
    super(
        type,
        Subfields.whole(type),
        function,
        bias == Bias.LEARNT ? new Shape(1, type.fields(), 1, 1) : null);
    Pointwise.requireSupport(type, "norm", name());
    if (function == NormFunction.SQUASH && bias == Bias.LEARNT) {
      throw new IllegalArgumentException(
          "Invalid bias: LEARNT with SQUASH (must be NONE: t / (1 + t) has a pole at -1)");
    }
  }
}
