package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import ai.djl.training.ParameterStore;

/** {@code max(x, 0)} on every channel; for fields that permute their channels. */
public final class ReLU extends Pointwise {

  /** On fields of {@code type}. */
  public ReLU(FieldType type) {
    super(type);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return Activation.relu(x);
  }
}
