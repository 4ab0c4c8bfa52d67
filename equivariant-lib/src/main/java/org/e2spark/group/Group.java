package org.e2spark.group;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A group of rotations and reflections of the plane that fix the origin: C_N, D_N, SO(2) or O(2).
 *
 * <p>Groups are small values, equal by content. Everything about them (representations,
 * restrictions) is derived on demand.
 */
public sealed interface Group extends Serializable permits CyclicGroup, DihedralGroup, SO2, O2 {

  /** The usual name: "C8", "D4", "SO(2)", "O(2)". */
  String name();

  /** Number of elements, or -1 if there are infinitely many. */
  default int order() {
    return rotations() < 0 ? -1 : hasReflections() ? 2 * rotations() : rotations();
  }

  /** Number of rotations, or -1 if there are infinitely many. */
  int rotations();

  /** Whether the group contains reflections. */
  boolean hasReflections();

  /** Whether the group has infinitely many elements. */
  default boolean isContinuous() {
    return order() < 0;
  }

  /** The neutral element. */
  default GroupElement identity() {
    return GroupElement.rotation(0);
  }

  /**
   * All elements: rotations by growing angle, then reflections by growing angle.
   *
   * @throws IllegalStateException if there are infinitely many
   */
  default List<GroupElement> elements() {
    if (isContinuous()) {
      throw new IllegalStateException(
          "Cannot list the elements of "
              + name()
              + ": there are infinitely many; see testingElements()");
    }
    return grid(rotations());
  }

  /**
   * A finite set of elements to test properties on: all of a finite group, 52 angles (with and
   * without reflection) of a continuous one.
   */
  default List<GroupElement> testingElements() {
    return grid(52);
  }

  /**
   * Elements spread evenly, rotations first: so many angles, with and without reflection, of a
   * continuous group; all elements of a finite one.
   *
   * @param angles at least 1
   */
  default List<GroupElement> grid(int angles) {
    if (angles < 1) {
      throw new IllegalArgumentException(
          "Invalid number of angles: " + angles + " (must be at least 1)");
    }
    int turns = isContinuous() ? angles : rotations();
    List<GroupElement> elements = new ArrayList<>();
    for (int reflection = 0; reflection <= (hasReflections() ? 1 : 0); reflection++) {
      for (int k = 0; k < turns; k++) {
        elements.add(new GroupElement(reflection, k * GroupElement.FULL_TURN / turns));
      }
    }
    return List.copyOf(elements);
  }

  /** The product {@code a · b}: b acts first. */
  default GroupElement combine(GroupElement a, GroupElement b) {
    return snap(snap(a).times(snap(b)));
  }

  /** The element that undoes {@code element}. */
  default GroupElement inverse(GroupElement element) {
    return snap(snap(element).inverted());
  }

  /** Whether this is an element of the group, up to the rounding of angles. */
  default boolean contains(GroupElement element) {
    if (element.reflection() == 1 && !hasReflections()) {
      return false;
    }
    if (isContinuous()) {
      return true;
    }
    double steps = element.angle() * rotations() / GroupElement.FULL_TURN;
    return Math.abs(steps - Math.rint(steps)) * GroupElement.FULL_TURN / rotations()
        < GroupElement.ANGLE_TOLERANCE;
  }

  /**
   * The exact element next to one that was computed: finite groups round the angle to a multiple of
   * 2π/N.
   *
   * @throws IllegalArgumentException if it is no element of this group
   */
  default GroupElement snap(GroupElement element) {
    if (!contains(element)) {
      throw new IllegalArgumentException("Not an element of " + name() + ": " + element);
    }
    if (isContinuous()) {
      return element;
    }
    long step = Math.round(element.angle() * rotations() / GroupElement.FULL_TURN) % rotations();
    return new GroupElement(element.reflection(), step * GroupElement.FULL_TURN / rotations());
  }

  /** Position of the element in {@link #elements()}. */
  default int indexOf(GroupElement element) {
    if (isContinuous()) {
      throw new IllegalStateException(
          "Elements of " + name() + " have no index: there are infinitely many");
    }
    GroupElement own = snap(element);
    return own.reflection() * rotations()
        + (int) Math.round(own.angle() * rotations() / GroupElement.FULL_TURN);
  }

  /**
   * The irreducible representations, in the order in which representations list them; of a
   * continuous group, up to its maximum frequency.
   */
  List<Irrep> irreps();

  /**
   * The irreducible representations of frequencies up to a limit, in the same order; those of a
   * continuous group beyond its own maximum, too.
   */
  default List<Irrep> irreps(int highestFrequency) {
    return irreps().stream().filter(irrep -> irrep.frequency() <= highestFrequency).toList();
  }

  /**
   * The irreducible representation of that id: its frequency, for groups with reflections preceded
   * by the sign of the reflection.
   *
   * @throws IllegalArgumentException if the group has no such representation
   */
  Irrep irrep(int... id);

  /** The representation that maps everything to 1. */
  default Irrep trivialRepresentation() {
    return hasReflections() ? irrep(0, 0) : irrep(0);
  }

  /**
   * The regular representation: the group permutes one channel per element.
   *
   * @throws IllegalStateException for a continuous group
   */
  default Representation regularRepresentation() {
    return RepresentationCache.regular(this);
  }

  /**
   * The quotient representation: the group permutes one channel per coset of the subgroup.
   *
   * @throws IllegalArgumentException if there is no such subgroup, or infinitely many cosets
   */
  default Representation quotientRepresentation(SubgroupId id) {
    return RepresentationCache.quotient(this, subgroup(id).id());
  }

  /**
   * The representation induced by an irreducible representation of a subgroup: one copy of it per
   * coset.
   *
   * @throws IllegalArgumentException if there is no such subgroup, infinitely many cosets, or the
   *     irrep is not the subgroup's
   */
  default Representation inducedRepresentation(SubgroupId id, Irrep irrep) {
    return RepresentationCache.induced(this, subgroup(id).id(), irrep);
  }

  /**
   * The subgroup of that id.
   *
   * @throws IllegalArgumentException if there is none
   */
  Subgroup subgroup(SubgroupId id);

  /**
   * The representation, seen by the elements of the subgroup only. Its name is that of this group,
   * a colon and the representation's.
   */
  default Representation restrict(SubgroupId id, Representation representation) {
    return Restriction.restrict(subgroup(id), representation);
  }
}
