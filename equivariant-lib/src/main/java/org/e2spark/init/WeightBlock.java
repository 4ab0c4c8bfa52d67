package org.e2spark.init;

import org.e2spark.kernel.SampledBasis;

/**
 * The weights of a steerable layer between the fields of one input and one output representation,
 * laid out as (output fields, input fields, basis elements).
 *
 * @param basis what each weight multiplies
 * @param inFields positions of the input fields in their type
 * @param outFields positions of the output fields in their type
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WeightBlock(SampledBasis basis, int[] inFields, int[] outFields) {

  /** The number of weights. */
  public int size() {
    return inFields.length * outFields.length * basis.dimension();
  }
}
