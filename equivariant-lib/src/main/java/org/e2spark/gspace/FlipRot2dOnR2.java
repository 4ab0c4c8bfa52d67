package org.e2spark.gspace;

import org.e2spark.group.DihedralGroup;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.O2;
import org.e2spark.group.Subgroup;
import org.e2spark.group.SubgroupId;
import org.e2spark.text.Text;

/**
 * The plane with reflections and rotations: D_N, or O(2).
 *
 * @param rotations N, at least 2, or -1 for all rotations
 * @param maximumFrequency highest frequency of the irreps that O(2) lists; 0 and without meaning
 *     for finite N
 * @param axis slope of the mirror line of the reflection {@code f} against the x axis, radians; π/2
 *     mirrors left and right
 */
public record FlipRot2dOnR2(int rotations, int maximumFrequency, double axis) implements GSpace {

  /** Checks the numbers. */
  public FlipRot2dOnR2 {
    checkRotations(rotations, maximumFrequency);
    checkAxis(axis);
  }

  /** N rotations, and the mirroring of left and right. */
  public FlipRot2dOnR2(int rotations) {
    this(rotations, Math.PI / 2);
  }

  /** N rotations, and the reflection along {@code axis} (radians). */
  public FlipRot2dOnR2(int rotations, double axis) {
    this(rotations, noFrequency(rotations), axis);
  }

  /** All rotations and reflections; {@code f} mirrors left and right. */
  public static FlipRot2dOnR2 continuous(int maximumFrequency) {
    return new FlipRot2dOnR2(-1, maximumFrequency, Math.PI / 2);
  }

  static int noFrequency(int rotations) {
    if (rotations < 0) {
      throw new IllegalArgumentException(
          "A continuous group needs a maximum frequency: use continuous(maximumFrequency)");
    }
    return 0;
  }

  static void checkRotations(int rotations, int maximumFrequency) {
    if (rotations < 2 && rotations != -1) {
      throw new IllegalArgumentException(
          "Invalid number of rotations: " + rotations + " (must be at least 2, or -1 for all)");
    }
    if (maximumFrequency < 0 || (rotations > 0 && maximumFrequency != 0)) {
      throw new IllegalArgumentException(
          "Invalid maximum frequency: "
              + maximumFrequency
              + " (must be at least 0 for continuous groups, and 0 for finite ones)");
    }
  }

  static void checkAxis(double axis) {
    if (!Double.isFinite(axis)) {
      throw new IllegalArgumentException("Invalid axis: " + axis + " (must be finite, in radians)");
    }
  }

  @Override
  public Group fiberGroup() {
    return rotations < 0 ? new O2(maximumFrequency) : new DihedralGroup(rotations);
  }

  @Override
  public String name() {
    String turns = rotations < 0 ? "Continuous" : Integer.toString(rotations);
    return Text.format("Flip_%s-Rotations(f=%.5f)", turns, axis);
  }

  @Override
  public GroupElement baseSpaceAction(GroupElement element) {
    GroupElement own = fiberGroup().snap(element);
    return new GroupElement(own.reflection(), own.angle() + own.reflection() * 2 * axis);
  }

  @Override
  public GSpace restrict(SubgroupId id) {
    Subgroup subgroup = fiberGroup().subgroup(id);
    int left = subgroup.group().rotations();
    if (!subgroup.id().hasReflections()) {
      return left == 1 ? new TrivialOnR2() : new Rot2dOnR2(left, left < 0 ? maximumFrequency : 0);
    }
    double newAxis = GroupElement.rotation(axis + 0.5 * subgroup.axisAngle()).angle();
    return subgroup.id().rotations() == 1
        ? new Flip2dOnR2(newAxis)
        : new FlipRot2dOnR2(left, left < 0 ? maximumFrequency : 0, newAxis);
  }
}
