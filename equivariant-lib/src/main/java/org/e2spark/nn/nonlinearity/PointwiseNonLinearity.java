package org.e2spark.nn.nonlinearity;

import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.ParameterFree;
import org.e2spark.nn.Pointwise;

/**
 * One function on every channel; for fields that permute their channels.
 *
 * <p>Input and output: (batch, channels, height, width).
 */
public final class PointwiseNonLinearity extends ParameterFree {

  /**
   * @throws FieldTypeException if a field's representation does not support "pointwise" operations
   */
  public PointwiseNonLinearity(FieldType type, PointwiseFunction function) {
    super(type, type, function.plainForm());
    Pointwise.requireSupport(type, "pointwise", name());
  }
}
