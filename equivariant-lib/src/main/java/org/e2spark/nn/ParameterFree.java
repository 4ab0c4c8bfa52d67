package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;

/** A layer that is a plain layer, without parameters or arrays of its own. */
public abstract class ParameterFree extends EquivariantModule {

  private final PlainLayer layer;

  /** Fields of {@code inType} to fields of {@code outType}. */
  protected ParameterFree(FieldType inType, FieldType outType, PlainLayer layer) {
    super(inType, outType);
    this.layer = layer;
  }

  @Override
  protected final NDArray compute(ParameterStore store, NDArray x, Mode mode) {
    return layer.apply(x);
  }

  @Override
  public final PlainLayer plainForm(PlainArrays arrays) {
    return layer;
  }
}
