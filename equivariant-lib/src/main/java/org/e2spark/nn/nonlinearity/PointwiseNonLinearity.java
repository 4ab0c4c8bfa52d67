package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;

/**
 * One function on every channel; for fields that permute their channels.
 *
 * <p>Input and output: (batch, channels, height, width).
 */
public final class PointwiseNonLinearity extends Pointwise {

  private final PlainLayer function;

  /**
   * @throws FieldTypeException if a field's representation does not support "pointwise" operations
   */
  public PointwiseNonLinearity(FieldType type, PointwiseFunction function) {
    super(type);
    this.function = function.plainForm();
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return function.apply(x);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return function;
  }
}
