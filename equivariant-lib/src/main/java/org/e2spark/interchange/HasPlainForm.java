package org.e2spark.interchange;

/** A block that can say how it evaluates in terms of plain layers. */
public interface HasPlainForm {

  /**
   * What this block does at evaluation, with the present values of its parameters.
   *
   * @param arrays makes the arrays of the plain layers; the block's own must be copied
   * @throws UnsupportedExportException if there is no plain form, saying why
   */
  PlainLayer plainForm(PlainArrays arrays);
}
