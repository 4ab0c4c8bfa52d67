package org.e2spark.gspace;

import org.e2spark.group.CyclicGroup;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.SubgroupId;

/**
 * The plane without symmetries besides translation: steerable networks on it are conventional ones.
 */
public record TrivialOnR2() implements GSpace {

  @Override
  public Group fiberGroup() {
    return new CyclicGroup(1);
  }

  @Override
  public String name() {
    return "Trivial";
  }

  @Override
  public GroupElement baseSpaceAction(GroupElement element) {
    return fiberGroup().snap(element);
  }

  @Override
  public GSpace restrict(SubgroupId id) {
    fiberGroup().subgroup(id);
    return this;
  }
}
