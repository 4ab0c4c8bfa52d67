package org.e2spark.diffop;

import java.io.Serializable;
import java.util.Objects;
import org.e2spark.kernel.BasisFilter;
import org.e2spark.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which steerable differential operators a layer has, and how they are discretised.
 *
 * @param kernelSize k: stencils have k x k pixels
 * @param dilation distance of neighbouring pixels of the stencil
 * @param maximumOrder highest order of a derivative
 * @param maximumPower highest power of the Laplacian, at most half the maximum order
 * @param maximumOffset for finite groups, how many group orders a frequency may be away from the
 *     lowest one; null for no limit
 * @param angleOffset radians by which every operator is turned counter-clockwise
 * @param discretization how operators become stencils
 * @param basisFilter further restriction of the basis, or null
 */
public record DiffopOptions(
    int kernelSize,
    int dilation,
    int maximumOrder,
    int maximumPower,
    Integer maximumOffset,
    double angleOffset,
    Discretization discretization,
    BasisFilter basisFilter)
    implements Serializable {

  private static final Logger log = LoggerFactory.getLogger(DiffopOptions.class);

  /** Checks every option that can be checked alone. */
  public DiffopOptions {
    least(kernelSize, 1, "kernel size");
    least(dilation, 1, "dilation");
    least(maximumOrder, 0, "maximum order");
    least(maximumPower, 0, "maximum power of the Laplacian");
    if (maximumOffset != null) {
      least(maximumOffset, 0, "maximum offset");
    }
    if (!Double.isFinite(angleOffset)) {
      throw new IllegalArgumentException(
          "Invalid angle offset: " + angleOffset + " (must be finite)");
    }
    Objects.requireNonNull(discretization, "discretization");
  }

  private static void least(int value, int least, String what) {
    if (value < least) {
      throw new IllegalArgumentException(
          "Invalid " + what + ": " + value + " (must be at least " + least + ")");
    }
  }

  /**
   * Starts with every default; give two of kernel size, accuracy and maximum order, or one of size
   * and order.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options. */
  public static final class Builder {

    private Integer kernelSize;
    private Integer accuracy;
    private Integer maximumOrder;
    private int dilation = 1;
    private Integer maximumPower;
    private Integer maximumOffset;
    private double angleOffset;
    private Discretization discretization = Discretization.finiteDifferences();
    private BasisFilter basisFilter;

    private Builder() {}

    /** Pixels a side. */
    public Builder kernelSize(int value) {
      kernelSize = value;
      return this;
    }

    /**
     * Power of the pixel size with which errors shrink; 2 if only one of the other two is given.
     */
    public Builder accuracy(int value) {
      accuracy = value;
      return this;
    }

    /** Highest order of a derivative. */
    public Builder maximumOrder(int value) {
      maximumOrder = value;
      return this;
    }

    /** Distance of neighbouring pixels of the stencil. */
    public Builder dilation(int value) {
      dilation = value;
      return this;
    }

    /** Highest power of the Laplacian; by default what the maximum order allows. */
    public Builder maximumPower(int value) {
      maximumPower = value;
      return this;
    }

    /** How many group orders a frequency may be away from the lowest one. */
    public Builder maximumOffset(int value) {
      maximumOffset = value;
      return this;
    }

    /** Radians by which every operator is turned counter-clockwise. */
    public Builder angleOffset(double value) {
      angleOffset = value;
      return this;
    }

    /** How operators become stencils; finite differences by default. */
    public Builder discretization(Discretization value) {
      discretization = value;
      return this;
    }

    /** Keeps only the elements that the filter accepts. */
    public Builder basisFilter(BasisFilter value) {
      basisFilter = value;
      return this;
    }

    /**
     * The options.
     *
     * @throws IllegalArgumentException if kernel size, accuracy and maximum order are all given, or
     *     neither size nor order is
     */
    public DiffopOptions build() {
      int size;
      int order;
      if (kernelSize == null) {
        if (maximumOrder == null) {
          throw new IllegalArgumentException(
              "A differential operator needs a kernel size or a maximum order");
        }
        order = maximumOrder;
        size =
            StencilAccuracy.requiredPoints(order, accuracy != null ? accuracy : order > 0 ? 2 : 1);
      } else if (maximumOrder == null) {
        size = kernelSize;
        int wanted = accuracy != null ? accuracy : size > 1 ? 2 : 1;
        order = StencilAccuracy.largestPossibleOrder(size, wanted);
        if (order < 2) {
          log.warn(
              "A {} x {} kernel of accuracy {} has derivatives up to order {} only: enlarge the kernel for a larger basis",
              size,
              size,
              wanted,
              order);
        }
      } else if (accuracy == null) {
        size = kernelSize;
        order = maximumOrder;
        if (size < StencilAccuracy.requiredPoints(order, 2)) {
          log.warn(
              "A {} x {} kernel approximates derivatives of order {} badly: {} pixels a side would do",
              size,
              size,
              order,
              StencilAccuracy.requiredPoints(order, 2));
        }
      } else {
        throw new IllegalArgumentException(
            Text.format(
                "Kernel size %d, accuracy %d and maximum order %d contradict or repeat each other: give two of them",
                kernelSize, accuracy, maximumOrder));
      }
      int power = maximumPower == null ? order / 2 : Math.min(maximumPower, order / 2);
      return new DiffopOptions(
          size, dilation, order, power, maximumOffset, angleOffset, discretization, basisFilter);
    }
  }
}
