package org.e2spark.group;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;

/**
 * Builds representations induced from an irrep of a subgroup H.
 *
 * <p>The channels are copies of the irrep's, one block per left coset gH; blocks follow the order
 * of the first elements of the cosets. Frobenius reciprocity says which irreps of G occur and where
 * the inducing irrep sits in them; from that the block of Q^-1 that belongs to H itself is written
 * down, and the representatives carry it to the other cosets.
 */
final class Induction {

  private Induction() {}

  static Representation quotient(Group group, SubgroupId id) {
    Irrep trivial = group.subgroup(id).group().trivialRepresentation();
    return build(
        group,
        group.subgroup(id),
        trivial,
        "quotient[" + id + "]",
        new SerializedRepresentation.Quotient(group, id));
  }

  static Representation induced(Group group, SubgroupId id, Irrep irrep) {
    Subgroup subgroup = group.subgroup(id);
    if (!irrep.group().equals(subgroup.group())) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot induce %s of %s from subgroup %s of %s, which is %s",
              irrep.name(), irrep.group(), id, group, subgroup.group()));
    }
    return build(
        group,
        subgroup,
        irrep,
        "induced[" + id + "][" + irrep.name() + "]",
        new SerializedRepresentation.Induced(group, id, irrep.id()));
  }

  private static Representation build(
      Group group, Subgroup subgroup, Irrep irrep, String name, Serializable recipe) {
    List<GroupElement> representatives;
    List<Multiplicity> multiplicities;
    if (!group.isContinuous()) {
      representatives = new ArrayList<>(cosets(subgroup).keySet());
      multiplicities =
          Multiplicity.of(group, element -> character(subgroup, irrep, representatives, element));
    } else if (group instanceof O2 && subgroup.group() instanceof SO2) {
      representatives = List.of(group.identity(), GroupElement.reflection(0));
      multiplicities =
          irrep.isTrivial()
              ? List.of(
                  new Multiplicity(group.irrep(0, 0), 1), new Multiplicity(group.irrep(1, 0), 1))
              : List.of(new Multiplicity(group.irrep(1, irrep.frequency()), 2));
    } else {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot induce from subgroup %s of %s: there are infinitely many cosets (only O(2) from SO(2), (None, -1), is finite)",
              subgroup.id(), group));
    }
    List<Irrep> irreps = Multiplicity.expand(multiplicities);
    double[][] first = blockOfSubgroup(subgroup, irrep, multiplicities);
    int width = irrep.size();
    int size = width * representatives.size();
    SimpleMatrix inverse = new SimpleMatrix(size, size);
    for (int r = 0; r < representatives.size(); r++) {
      int position = 0;
      for (Irrep block : irreps) {
        int n = block.size();
        double[] values = block.valuesAt(representatives.get(r));
        for (int i = 0; i < n; i++) {
          for (int c = 0; c < width; c++) {
            double sum = 0;
            for (int k = 0; k < n; k++) {
              sum += values[i * n + k] * first[position + k][c];
            }
            inverse.set(position + i, r * width + c, sum);
          }
        }
        position += n;
      }
    }
    return new Representation(
        group, name, irreps, inverse.transpose(), inverse, nonlinearities(irrep), recipe);
  }

  /** Coset representatives in the order of the group's elements, each with its coset. */
  static Map<GroupElement, List<GroupElement>> cosets(Subgroup subgroup) {
    Group group = subgroup.parent();
    Map<GroupElement, List<GroupElement>> cosets = new LinkedHashMap<>();
    boolean[] seen = new boolean[group.order()];
    for (GroupElement element : group.elements()) {
      if (!seen[group.indexOf(element)]) {
        List<GroupElement> coset = new ArrayList<>();
        for (GroupElement h : subgroup.group().elements()) {
          GroupElement member = group.combine(element, subgroup.include(h));
          seen[group.indexOf(member)] = true;
          coset.add(member);
        }
        cosets.put(element, coset);
      }
    }
    return cosets;
  }

  /**
   * Frobenius: the sum of the irrep's character over the cosets that the element keeps in place.
   */
  private static double character(
      Subgroup subgroup, Irrep irrep, List<GroupElement> representatives, GroupElement element) {
    Group group = subgroup.parent();
    double sum = 0;
    for (GroupElement representative : representatives) {
      GroupElement conjugate =
          group.combine(group.inverse(representative), group.combine(element, representative));
      sum += subgroup.restrict(conjugate).map(irrep::character).orElse(0.0);
    }
    return sum;
  }

  private static double[][] blockOfSubgroup(
      Subgroup subgroup, Irrep irrep, List<Multiplicity> multiplicities) {
    int width = irrep.size();
    int rows = multiplicities.stream().mapToInt(m -> m.count() * m.irrep().size()).sum();
    double[][] block = new double[rows][width];
    double squaredNorm = 0;
    int position = 0;
    for (Multiplicity multiplicity : multiplicities) {
      int copies = multiplicity.count();
      if (copies == 0) {
        continue;
      }
      Irrep whole = multiplicity.irrep();
      Restriction.OfIrrep restricted = Restriction.restrict(subgroup, whole);
      List<Integer> occurrences = occurrences(restricted.irreps(), irrep);
      boolean onePerCopy = copies == occurrences.size();
      int perCopy = onePerCopy ? 1 : whole.sumOfSquaresConstituents();
      double weight = (double) whole.size() / whole.sumOfSquaresConstituents();
      for (int copy = 0; copy < copies; copy++) {
        double[][] part = new double[whole.size()][width];
        for (int i = 0; i < perCopy; i++) {
          int turn = copy * whole.sumOfSquaresConstituents() + i;
          placeCommuting(
              part, occurrences.get(turn % occurrences.size()), irrep, turn / occurrences.size());
        }
        for (int row = 0; row < whole.size(); row++) {
          for (int column = 0; column < width; column++) {
            double sum = 0;
            for (int k = 0; k < whole.size(); k++) {
              sum += restricted.changeOfBasis().get(row, k) * part[k][column];
            }
            block[position + row][column] = Math.sqrt(weight) * sum;
          }
        }
        position += whole.size();
      }
      squaredNorm +=
          weight * (onePerCopy ? copies : irrep.sumOfSquaresConstituents() * occurrences.size());
    }
    double scale = 1 / Math.sqrt(squaredNorm);
    for (double[] row : block) {
      for (int column = 0; column < width; column++) {
        row[column] *= scale;
      }
    }
    return block;
  }

  private static List<Integer> occurrences(List<Irrep> restricted, Irrep irrep) {
    List<Integer> positions = new ArrayList<>();
    int position = 0;
    for (Irrep part : restricted) {
      if (part.equals(irrep)) {
        positions.add(position);
      }
      position += part.size();
    }
    return positions;
  }

  /**
   * Writes the t-th of the matrices that commute with the irrep: the identity, or for the complex
   * type quarter turns of it. For O(2) the pair is turned by 45 degrees, as saved weights expect.
   */
  private static void placeCommuting(double[][] block, int position, Irrep irrep, int t) {
    boolean complexType = irrep.sumOfSquaresConstituents() == 2;
    double halfSquareRoot = Math.sqrt(0.5);
    double cosine = 1;
    double sine = 0;
    if (complexType && irrep.group().isContinuous()) {
      cosine = halfSquareRoot;
      sine = t % 2 == 0 ? halfSquareRoot : -halfSquareRoot;
    } else if (complexType && t % 2 == 1) {
      cosine = 0;
      sine = 1;
    }
    for (int i = 0; i < irrep.size(); i++) {
      for (int j = 0; j < irrep.size(); j++) {
        block[position + i][j] = i == j ? cosine : (i - j) * sine;
      }
    }
  }

  /** Pointwise and concatenated carry over; norms and gates act on each copy of the irrep. */
  private static Set<String> nonlinearities(Irrep irrep) {
    Set<String> tags = new TreeSet<>();
    for (String tag : List.of("pointwise", "concatenated", "gated", "norm")) {
      if (irrep.supports(tag)) {
        tags.add(tag);
      }
    }
    for (InducedOperation operation : InducedOperation.values()) {
      tags.add(operation.tag(irrep.size()));
    }
    if (irrep.supports("gate")) {
      tags.add("induced_gate");
    }
    return tags;
  }
}
