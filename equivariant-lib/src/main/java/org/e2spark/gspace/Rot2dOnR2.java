package org.e2spark.gspace;

import org.e2spark.group.CyclicGroup;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.SO2;
import org.e2spark.group.SubgroupId;

/**
 * The plane with rotations: N of them (C_N), or all (SO(2)).
 *
 * @param rotations N, at least 2, or -1 for all rotations
 * @param maximumFrequency highest frequency of the irreps that SO(2) lists; 0 and without meaning
 *     for finite N
 */
public record Rot2dOnR2(int rotations, int maximumFrequency) implements GSpace {

  /** Checks both numbers. */
  public Rot2dOnR2 {
    FlipRot2dOnR2.checkRotations(rotations, maximumFrequency);
  }

  /** The rotations by multiples of 2π/N. */
  public Rot2dOnR2(int rotations) {
    this(rotations, FlipRot2dOnR2.noFrequency(rotations));
  }

  /** All rotations. */
  public static Rot2dOnR2 continuous(int maximumFrequency) {
    return new Rot2dOnR2(-1, maximumFrequency);
  }

  @Override
  public Group fiberGroup() {
    return rotations < 0 ? new SO2(maximumFrequency) : new CyclicGroup(rotations);
  }

  @Override
  public String name() {
    return rotations < 0 ? "Continuous-Rotations" : rotations + "-Rotations";
  }

  @Override
  public GroupElement baseSpaceAction(GroupElement element) {
    return fiberGroup().snap(element);
  }

  @Override
  public GSpace restrict(SubgroupId id) {
    int left = fiberGroup().subgroup(id).group().order();
    return left == 1 ? new TrivialOnR2() : new Rot2dOnR2(left);
  }
}
