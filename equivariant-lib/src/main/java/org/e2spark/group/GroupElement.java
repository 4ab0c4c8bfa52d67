package org.e2spark.group;

import java.io.Serializable;

/**
 * An element of a subgroup of O(2): the reflection {@code f} (or not), followed by a rotation.
 *
 * <p>It stands for {@code r_angle · f^reflection}. Elements of finite groups carry the exact double
 * {@code 2πk/N}, so that equal elements are equal values; {@link Group#snap} maps a nearby angle to
 * it.
 *
 * @param reflection 0 or 1
 * @param angle counter-clockwise, radians, in [0, 2π)
 */
public record GroupElement(int reflection, double angle) implements Serializable {

  static final double FULL_TURN = 2 * Math.PI;

  /**
   * Distance below which two angles are the same angle: rounding of sums, not a modelling choice.
   */
  static final double ANGLE_TOLERANCE = 1e-9;

  /**
   * Brings the angle into [0, 2π). Throws IllegalArgumentException for another reflection than 0 or
   * 1, or an angle that is not finite.
   */
  public GroupElement {
    if (reflection != 0 && reflection != 1) {
      throw new IllegalArgumentException("Invalid reflection: " + reflection + " (must be 0 or 1)");
    }
    if (!Double.isFinite(angle)) {
      throw new IllegalArgumentException("Invalid angle: " + angle + " (must be finite)");
    }
    angle = wrap(angle);
  }

  /** The rotation by {@code angle} radians. */
  public static GroupElement rotation(double angle) {
    return new GroupElement(0, angle);
  }

  /** The reflection {@code r_angle · f}. */
  public static GroupElement reflection(double angle) {
    return new GroupElement(1, angle);
  }

  /** Whether both are the same element up to the rounding of angles. */
  public boolean isCloseTo(GroupElement other) {
    return reflection == other.reflection && angularDistance(angle, other.angle) < ANGLE_TOLERANCE;
  }

  static double wrap(double angle) {
    double wrapped = angle % FULL_TURN;
    if (wrapped < 0) {
      wrapped += FULL_TURN;
    }
    return wrapped >= FULL_TURN ? 0 : wrapped + 0.0;
  }

  static double angularDistance(double a, double b) {
    double difference = wrap(a - b);
    return Math.min(difference, FULL_TURN - difference);
  }

  GroupElement times(GroupElement other) {
    return new GroupElement(
        (reflection + other.reflection) % 2,
        angle + (reflection == 1 ? -other.angle : other.angle));
  }

  GroupElement inverted() {
    return reflection == 1 ? this : new GroupElement(0, -angle);
  }
}
