package org.e2spark.gspace;

import org.e2spark.group.CyclicGroup;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.SubgroupId;

/**
 * The plane with one reflection.
 *
 * <p>The fiber group is C_2, whose element other than the identity stands for the reflection.
 *
 * @param axis slope of the mirror line against the x axis, radians; π/2 mirrors left and right
 */
public record Flip2dOnR2(double axis) implements GSpace {

  /** Checks the axis. */
  public Flip2dOnR2 {
    FlipRot2dOnR2.checkAxis(axis);
  }

  /** Mirrors left and right. */
  public Flip2dOnR2() {
    this(Math.PI / 2);
  }

  @Override
  public Group fiberGroup() {
    return new CyclicGroup(2);
  }

  @Override
  public String name() {
    return "Flips";
  }

  @Override
  public GroupElement baseSpaceAction(GroupElement element) {
    Group group = fiberGroup();
    return group.snap(element).equals(group.identity())
        ? element
        : GroupElement.reflection(2 * axis);
  }

  @Override
  public GSpace restrict(SubgroupId id) {
    return fiberGroup().subgroup(id).group().order() == 1 ? new TrivialOnR2() : this;
  }
}
