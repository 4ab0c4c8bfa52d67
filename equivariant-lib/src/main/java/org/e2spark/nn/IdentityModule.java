package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;

/** Gives back what it is given; stands where a module is asked for and nothing is to be done. */
public final class IdentityModule extends EquivariantModule {

  /** On fields of {@code type}. */
  public IdentityModule(FieldType type) {
    super(type, type);
  }

  @Override
  protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return x;
  }

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }
}
