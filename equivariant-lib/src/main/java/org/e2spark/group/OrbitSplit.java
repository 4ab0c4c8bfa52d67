package org.e2spark.group;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ejml.simple.SimpleMatrix;

/**
 * Splits a permutation representation of a finite group into its orbits, each of which is the
 * quotient by a channel's stabiliser.
 */
final class OrbitSplit {

  private OrbitSplit() {}

  static Disentanglement split(Representation representation) {
    Group group = representation.group();
    List<GroupElement> elements = group.elements();
    int[][] image = new int[elements.size()][];
    for (int g = 0; g < image.length; g++) {
      image[g] = permutation(representation.at(elements.get(g)));
    }
    int size = representation.size();
    boolean[] taken = new boolean[size];
    int[] order = new int[size];
    int filled = 0;
    List<Representation> parts = new ArrayList<>();
    for (int channel = 0; channel < size; channel++) {
      if (taken[channel]) {
        continue;
      }
      Set<GroupElement> stabiliser = new HashSet<>();
      // The quotient's channels follow the first elements of the cosets, hence the order in which
      // the elements reach channels here.
      for (int g = 0; g < image.length; g++) {
        int reached = image[g][channel];
        if (reached == channel) {
          stabiliser.add(elements.get(g));
        }
        if (!taken[reached]) {
          taken[reached] = true;
          order[filled++] = reached;
        }
      }
      parts.add(named(group, stabiliser));
    }
    return new Disentanglement(order, List.copyOf(parts));
  }

  private static int[] permutation(SimpleMatrix matrix) {
    int[] image = new int[matrix.getNumCols()];
    for (int column = 0; column < image.length; column++) {
      for (int row = 0; row < image.length; row++) {
        if (matrix.get(row, column) > 0.5) {
          image[column] = row;
        }
      }
    }
    return image;
  }

  private static Representation named(Group group, Set<GroupElement> stabiliser) {
    if (stabiliser.size() == 1) {
      return group.order() == 1 ? group.trivialRepresentation() : group.regularRepresentation();
    }
    if (stabiliser.size() == group.order()) {
      return group.trivialRepresentation();
    }
    return group.quotientRepresentation(idOf(group, stabiliser));
  }

  private static SubgroupId idOf(Group group, Set<GroupElement> members) {
    int rotations = (int) members.stream().filter(element -> element.reflection() == 0).count();
    if (!group.hasReflections()) {
      return SubgroupId.rotations(rotations);
    }
    return members.stream()
        .filter(element -> element.reflection() == 1)
        .mapToInt(element -> group.indexOf(element) - group.rotations())
        .min()
        .stream()
        .mapToObj(axis -> SubgroupId.dihedral(axis, rotations))
        .findFirst()
        .orElse(SubgroupId.withoutReflections(rotations));
  }
}
