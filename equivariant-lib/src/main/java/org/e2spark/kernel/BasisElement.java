package org.e2spark.kernel;

import java.util.OptionalInt;
import org.e2spark.group.Irrep;
import org.e2spark.group.SubgroupId;
import org.e2spark.text.Text;

/**
 * What one weight of a layer stands for: an angular harmonic on one ring, between one input irrep
 * and one output irrep.
 *
 * @param inIrrep the input irrep
 * @param inPosition its position among the irreps of the input representation
 * @param outIrrep the output irrep
 * @param outPosition its position among the irreps of the output representation
 * @param radius radius of the ring, pixels; NaN for differential operators, which have an order
 *     instead
 * @param sigma width of the ring, pixels; NaN for differential operators
 * @param order order of the differential operator; -1 for kernels
 * @param frequency angular frequency; negative ones turn clockwise
 * @param gamma phase of the harmonic, radians: 0 or π/2
 * @param s for pairs of two-dimensional irreps, 0 if the matrix is a rotation and 1 if it is a
 *     reflection
 * @param offset how many times the group's order the frequency is away from the lowest one
 * @param innerIndex position among the angular solutions of the pair of irreps
 */
public record BasisElement(
    Irrep inIrrep,
    int inPosition,
    Irrep outIrrep,
    int outPosition,
    double radius,
    double sigma,
    int order,
    int frequency,
    double gamma,
    OptionalInt s,
    int offset,
    int innerIndex) {

  /**
   * Names the element within its pair of representations, as the reference does:
   * "(irrep_0-0,irrep_1-2)_(1.0/3)_4".
   */
  public String id() {
    String radial = order < 0 ? SubgroupId.shortestDecimal(radius) : Integer.toString(order);
    return Text.format(
        "(%s-%d,%s-%d)_(%s/%d)_%d",
        inIrrep.name(), inPosition, outIrrep.name(), outPosition, radial, frequency, innerIndex);
  }
}
