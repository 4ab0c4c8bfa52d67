package org.e2spark.nn.nonlinearity;

import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.GSpace;

/**
 * {@link FourierPointwise} on functions on the cosets of a subgroup, on the default grid; {@link
 * FourierPointwise#builder} has all other options.
 */
public class QuotientFourierPointwise extends FourierPointwise {

  /**
   * With the function ReLU.
   *
   * @param subgroup whose cosets the functions live on
   * @param fields how many
   * @param maximumFrequency of the functions, at least 0
   * @throws IllegalArgumentException if the space has no such subgroup
   */
  public QuotientFourierPointwise(
      GSpace gspace, SubgroupId subgroup, int fields, int maximumFrequency) {
    this(gspace, subgroup, fields, maximumFrequency, PointwiseFunction.RELU);
  }

  /** As {@link #QuotientFourierPointwise(GSpace, SubgroupId, int, int)}, with any function. */
  public QuotientFourierPointwise(
      GSpace gspace,
      SubgroupId subgroup,
      int fields,
      int maximumFrequency,
      PointwiseFunction function) {
    super(builder(gspace, fields, maximumFrequency).quotient(subgroup).function(function));
  }
}
