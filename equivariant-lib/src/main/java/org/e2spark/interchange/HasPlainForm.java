package org.e2spark.interchange;

import ai.djl.ndarray.types.DataType;

/** A block that can say how it evaluates in terms of plain layers. */
public interface HasPlainForm {

  /**
   * What this block does at evaluation, with the present values of its parameters.
   *
   * @param arrays makes the arrays of the plain layers; the block's own must be copied
   * @throws UnsupportedExportException if there is no plain form, saying why
   */
  PlainLayer plainForm(PlainArrays arrays);

  /** The precision the block computes in, if it has no parameters that say so. */
  default DataType precision() {
    return DataType.FLOAT32;
  }
}
