package org.e2spark.kernel;

import java.util.OptionalInt;
import org.e2spark.group.Irrep;
import org.e2spark.group.SubgroupId;
import org.e2spark.text.Text;

/**
 * What one weight of a layer stands for: an angular harmonic on one ring, or a differential
 * operator of one order, between one input irrep and one output irrep.
 *
 * @param inIrrep the input irrep
 * @param inPosition its position among the irreps of the input representation
 * @param outIrrep the output irrep
 * @param outPosition its position among the irreps of the output representation
 * @param radial the ring, or the order
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
    Radial radial,
    int frequency,
    double gamma,
    OptionalInt s,
    int offset,
    int innerIndex) {

  /** What an element is beside its harmonic. */
  public sealed interface Radial permits Ring, Order {

    /** As the reference names it: "1.0" for a radius, "1" for an order. */
    String id();

    /**
     * Whether it is the ring of radius 0 or the operator of order 0, which take a pixel as it is.
     */
    boolean isCentre();
  }

  /**
   * The ring of a kernel.
   *
   * @param radius pixels
   * @param sigma its width, pixels
   */
  public record Ring(double radius, double sigma) implements Radial {

    @Override
    public String id() {
      return SubgroupId.shortestDecimal(radius);
    }

    @Override
    public boolean isCentre() {
      return radius == 0;
    }
  }

  /**
   * The order of a differential operator.
   *
   * @param order how often it differentiates
   */
  public record Order(int order) implements Radial {

    @Override
    public String id() {
      return Integer.toString(order);
    }

    @Override
    public boolean isCentre() {
      return order == 0;
    }
  }

  /**
   * Names the element within its pair of representations, as the reference does:
   * "(irrep_0-0,irrep_1-2)_(1.0/3)_4".
   */
  public String id() {
    return Text.format(
        "(%s-%d,%s-%d)_(%s/%d)_%d",
        inIrrep.name(),
        inPosition,
        outIrrep.name(),
        outPosition,
        radial.id(),
        frequency,
        innerIndex);
  }
}
