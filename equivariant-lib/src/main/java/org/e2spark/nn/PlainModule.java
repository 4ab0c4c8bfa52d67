package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;

/**
 * A layer that computes what its plain form says, in training and at evaluation, so that what it
 * does is written once.
 */
public abstract class PlainModule extends EquivariantModule {

  /** Fields of {@code inType} to fields of {@code outType}. */
  protected PlainModule(FieldType inType, FieldType outType) {
    super(inType, outType);
  }

  /** The layer as a plain one. */
  protected abstract PlainLayer form(FormArrays arrays);

  @Override
  protected final NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return FormArrays.pass(store, x, mode, this::form);
  }

  @Override
  public final PlainLayer plainForm(PlainArrays arrays) {
    return form(FormArrays.copies(arrays));
  }
}
