package org.e2spark.gspace;

import java.io.Serializable;
import org.e2spark.group.Group;
import org.e2spark.group.GroupElement;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.group.Subgroup;
import org.e2spark.group.SubgroupId;

/**
 * The plane with a group of symmetries that fix the origin: what a network is equivariant to.
 *
 * <p>Values, equal by content; the axis of reflection is part of it, since kernels sampled for one
 * axis are wrong for another.
 */
public sealed interface GSpace extends Serializable
    permits TrivialOnR2, Flip2dOnR2, Rot2dOnR2, FlipRot2dOnR2 {

  /** The symmetries. */
  Group fiberGroup();

  /** Says what it is: "8-Rotations", "Flip_4-Rotations(f=1.57080)", … */
  String name();

  /**
   * What a symmetry does to the points of the plane: mirror {@code y -> -y} if the result is a
   * reflection, then turn counter-clockwise by its angle, which contains the axis of reflection.
   *
   * @throws IllegalArgumentException if the element is not the fiber group's
   */
  GroupElement baseSpaceAction(GroupElement element);

  /**
   * The plane with the symmetries of a subgroup only.
   *
   * @throws IllegalArgumentException if there is no such subgroup, or it has no plane of its own
   */
  GSpace restrict(SubgroupId id);

  /** Whether any of the symmetries mirrors the plane. */
  default boolean hasReflections() {
    return fiberGroup().testingElements().stream()
        .anyMatch(element -> baseSpaceAction(element).reflection() == 1);
  }

  /** The subgroup of that id, with the maps between its elements and this space's. */
  default Subgroup subgroup(SubgroupId id) {
    return fiberGroup().subgroup(id);
  }

  /** One channel that nothing changes: see {@link Group#trivialRepresentation}. */
  default Representation trivial() {
    return fiberGroup().trivialRepresentation();
  }

  /** One channel per symmetry: see {@link Group#regularRepresentation}. */
  default Representation regular() {
    return fiberGroup().regularRepresentation();
  }

  /** See {@link Group#irrep}. */
  default Irrep irrep(int... id) {
    return fiberGroup().irrep(id);
  }

  /** See {@link Group#quotientRepresentation}. */
  default Representation quotient(SubgroupId id) {
    return fiberGroup().quotientRepresentation(id);
  }

  /** See {@link Group#inducedRepresentation}. */
  default Representation induced(SubgroupId id, Irrep irrep) {
    return fiberGroup().inducedRepresentation(id, irrep);
  }
}
