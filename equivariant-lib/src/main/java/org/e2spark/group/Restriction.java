package org.e2spark.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;

/**
 * Restricts representations to subgroups, irrep by irrep: frequencies fold modulo the number of
 * rotations that are left.
 */
final class Restriction {

  /** The irreps of the subgroup that an irrep falls into, and the basis in which it does. */
  record OfIrrep(SimpleMatrix changeOfBasis, List<Irrep> irreps) {}

  private Restriction() {}

  static Representation restrict(Subgroup subgroup, Representation representation) {
    if (!representation.group().equals(subgroup.parent())) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot restrict %s of %s to a subgroup of %s",
              representation.name(), representation.group(), subgroup.parent()));
    }
    SimpleMatrix blocks = new SimpleMatrix(representation.size(), representation.size());
    List<Irrep> irreps = new ArrayList<>();
    int position = 0;
    for (Irrep irrep : representation.irreps()) {
      OfIrrep restricted = restrict(subgroup, irrep);
      blocks.insertIntoThis(position, position, restricted.changeOfBasis());
      irreps.addAll(restricted.irreps());
      position += irrep.size();
    }
    SimpleMatrix changeOfBasis = representation.changeOfBasis().mult(blocks);
    SimpleMatrix inverse = blocks.transpose().mult(representation.changeOfBasisInverse());
    Set<String> tags = new TreeSet<>(representation.supportedNonlinearities());
    boolean trivial =
        irreps.size() == 1
            && irreps.get(0).isTrivial()
            && Math.abs(changeOfBasis.get(0, 0) - 1) < Representation.TOLERANCE;
    if (trivial) {
      tags.add("pointwise");
    }
    return new Representation(
        subgroup.group(),
        subgroup.parent().name() + ":" + representation.name(),
        irreps,
        changeOfBasis,
        inverse,
        tags,
        new SerializedRepresentation.Restricted(representation, subgroup.id()));
  }

  static OfIrrep restrict(Subgroup subgroup, Irrep irrep) {
    if (!subgroup.id().hasReflections()) {
      return subgroup.id().rotations() < 0
          ? new OfIrrep(
              SimpleMatrix.identity(irrep.size()),
              List.of(subgroup.group().irrep(irrep.frequency())))
          : toRotations(subgroup, irrep);
    }
    if (subgroup.id().rotations() < 0) {
      return new OfIrrep(turned(subgroup, irrep), List.of(irrep));
    }
    return subgroup.id().rotations() == 1
        ? toReflection(subgroup, irrep)
        : toDihedral(subgroup, irrep);
  }

  private static OfIrrep toRotations(Subgroup subgroup, Irrep irrep) {
    int rotations = subgroup.group().order();
    Irrep folded = subgroup.group().irrep(folded(irrep.frequency(), rotations));
    List<Irrep> irreps = folded.size() < irrep.size() ? List.of(folded, folded) : List.of(folded);
    return new OfIrrep(mirrorIfFolded(irrep, rotations), irreps);
  }

  private static OfIrrep toReflection(Subgroup subgroup, Irrep irrep) {
    Group group = subgroup.group();
    List<Irrep> irreps =
        irrep.size() == 2
            ? List.of(group.irrep(0), group.irrep(irrep.flipFrequency()))
            : List.of(group.irrep(signOfReflection(subgroup, irrep)));
    return new OfIrrep(turned(subgroup, irrep), irreps);
  }

  private static OfIrrep toDihedral(Subgroup subgroup, Irrep irrep) {
    int rotations = subgroup.group().rotations();
    int frequency = folded(irrep.frequency(), rotations);
    Irrep last = subgroup.group().irrep(signOfReflection(subgroup, irrep), frequency);
    List<Irrep> irreps =
        last.size() < irrep.size()
            ? List.of(subgroup.group().irrep(0, frequency), last)
            : List.of(last);
    return new OfIrrep(turned(subgroup, irrep).mult(mirrorIfFolded(irrep, rotations)), irreps);
  }

  private static int folded(int frequency, int rotations) {
    int rest = frequency % rotations;
    return 2 * rest > rotations ? rotations - rest : rest;
  }

  private static SimpleMatrix mirrorIfFolded(Irrep irrep, int rotations) {
    boolean folds = 2 * (irrep.frequency() % rotations) > rotations;
    return folds ? SimpleMatrix.diag(1, -1) : SimpleMatrix.identity(irrep.size());
  }

  /** Reflections along another axis: the basis turns by half the angle between them. */
  private static SimpleMatrix turned(Subgroup subgroup, Irrep irrep) {
    if (irrep.size() == 1) {
      return SimpleMatrix.identity(1);
    }
    double angle = irrep.frequency() * 0.5 * subgroup.axisAngle();
    return new SimpleMatrix(
        2, 2, true, Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle));
  }

  /**
   * The sign that the kept reflection {@code r^axis f} has in a one-dimensional irrep, where {@code
   * r} itself may be -1.
   */
  private static int signOfReflection(Subgroup subgroup, Irrep irrep) {
    boolean alternating = irrep.size() == 1 && irrep.frequency() > 0;
    int steps = alternating ? (int) Math.round(subgroup.id().axis()) : 0;
    return (irrep.flipFrequency() + steps) % 2;
  }
}
