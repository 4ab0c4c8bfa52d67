package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;

/**
 * {@code x} where positive, {@code slope · x} elsewhere; for fields that permute their channels.
 */
public final class LeakyReLU extends Pointwise {

  private final PlainLayer function;

  /** With slope 0.01. */
  public LeakyReLU(FieldType type) {
    this(type, 0.01);
  }

  /**
   * @param slope of the negative side, finite
   * @throws FieldTypeException if a field's representation does not support "pointwise" operations
   */
  public LeakyReLU(FieldType type, double slope) {
    super(type);
    if (!Double.isFinite(slope)) {
      throw new IllegalArgumentException("Invalid slope: " + slope + " (must be finite)");
    }
    this.function = new Elementwise(Elementwise.Function.LEAKY_RELU, slope);
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
