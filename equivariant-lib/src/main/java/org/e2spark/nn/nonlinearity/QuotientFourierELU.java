package org.e2spark.nn.nonlinearity;

import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;

/** {@link QuotientFourierPointwise} with the function ELU. */
public final class QuotientFourierELU extends QuotientFourierPointwise {

  /**
   * On functions on the cosets of a subgroup.
   *
   * @param subgroup whose cosets the functions live on
   * @param fields how many
   * @param maximumFrequency of the functions, at least 0
   * @throws IllegalArgumentException if the space has no such subgroup
   */
  public QuotientFourierELU(GSpace gspace, SubgroupId subgroup, int fields, int maximumFrequency) {
    super(gspace, subgroup, fields, maximumFrequency, PointwiseFunction.ELU);
  }
}
