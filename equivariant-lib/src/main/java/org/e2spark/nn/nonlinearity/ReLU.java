package org.e2spark.nn.nonlinearity;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.Pointwise;

/** {@code max(x, 0)} on every channel; for fields that permute their channels. */
public final class ReLU extends Pointwise {

  private static final PlainLayer MAXIMUM = Elementwise.of(Elementwise.Function.RELU);

  /** On fields of {@code type}. */
  public ReLU(FieldType type) {
    super(type);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return MAXIMUM.apply(x);
  }

  @Override
  public PlainLayer plainForm(PlainArrays arrays) {
    return MAXIMUM;
  }
}
