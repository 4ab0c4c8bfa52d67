package org.e2spark.nn.nonlinearity;

import org.e2spark.interchange.Elementwise;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.ParameterFree;
import org.e2spark.nn.Pointwise;

/** {@code max(x, 0)} on every channel; for fields that permute their channels. */
public final class ReLU extends ParameterFree {

  /** On fields of {@code type}. */
  public ReLU(FieldType type) {
    super(type, type, Elementwise.of(Elementwise.Function.RELU));
    Pointwise.requireSupport(type, "pointwise", name());
  }
}
