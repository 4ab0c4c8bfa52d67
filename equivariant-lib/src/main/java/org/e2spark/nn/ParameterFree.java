package org.e2spark.nn;

import org.e2spark.interchange.PlainLayer;

/** A layer that is a plain layer, without parameters or arrays of its own. */
public abstract class ParameterFree extends PlainModule {

  private final PlainLayer layer;

  /** Fields of {@code inType} to fields of {@code outType}. */
  protected ParameterFree(FieldType inType, FieldType outType, PlainLayer layer) {
    super(inType, outType);
    this.layer = layer;
  }

  @Override
  protected final PlainLayer form(FormArrays arrays) {
    return layer;
  }
}
