package org.e2spark.nn.nonlinearity;

import org.e2spark.interchange.Elementwise;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.FieldTypeException;
import org.e2spark.nn.ParameterFree;
import org.e2spark.nn.Pointwise;

/**
 * {@code x} where positive, {@code slope · x} elsewhere; for fields that permute their channels.
 */
public final class LeakyReLU extends ParameterFree {

  /** With slope 0.01. */
  public LeakyReLU(FieldType type) {
    this(type, 0.01);
  }

  /**
   * @param slope of the negative side, finite
   * @throws FieldTypeException if a field's representation does not support "pointwise" operations
   */
  public LeakyReLU(FieldType type, double slope) {
    super(type, type, new Elementwise(Elementwise.Function.LEAKY_RELU, slope));
    Pointwise.requireSupport(type, "pointwise", name());
    if (!Double.isFinite(slope)) {
      throw new IllegalArgumentException("Invalid slope: " + slope + " (must be finite)");
    }
  }
}
