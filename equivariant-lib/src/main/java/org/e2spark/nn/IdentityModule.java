package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.interchange.Sequence;

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
  public PlainLayer plainForm(PlainArrays arrays) {
    return Sequence.IDENTITY;
  }

  @Override
  public Shape outputShape(Shape input) {
    return input;
  }
}
