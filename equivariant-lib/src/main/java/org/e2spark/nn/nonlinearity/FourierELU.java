package org.e2spark.nn.nonlinearity;

import org.e2spark.gspace.GSpace;

/**
 * {@link FourierPointwise} with the function ELU, on the default grid; {@link
 * FourierPointwise#builder} has all other options.
 */
public final class FourierELU extends FourierPointwise {

  /**
   * On functions on the group.
   *
   * @param fields how many
   * @param maximumFrequency of the functions, at least 0
   */
  public FourierELU(GSpace gspace, int fields, int maximumFrequency) {
    super(builder(gspace, fields, maximumFrequency).function(PointwiseFunction.ELU));
  }
}
