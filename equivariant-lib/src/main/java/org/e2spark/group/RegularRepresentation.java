package org.e2spark.group;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ejml.simple.SimpleMatrix;

/**
 * Builds the regular representation of a finite group and its change of basis, the group's real
 * Fourier matrix.
 *
 * <p>Row g of Q is {@code blockdiag(ψ(g)) v / sqrt(|G|)}; v holds for each irrep of dimension d the
 * first rows of the identity, one per copy, times sqrt(d).
 */
final class RegularRepresentation {

  private RegularRepresentation() {}

  static Representation build(Group group) {
    if (group.isContinuous()) {
      throw new IllegalArgumentException(
          "No regular representation of "
              + group.name()
              + ": it has infinitely many elements (use irreps, or a finite subgroup's)");
    }
    List<GroupElement> elements = group.elements();
    int size = elements.size();
    List<Multiplicity> multiplicities =
        Multiplicity.of(group, element -> element.equals(group.identity()) ? size : 0);

    double scale = 1 / Math.sqrt(size);
    SimpleMatrix matrix = new SimpleMatrix(size, size);
    for (int row = 0; row < size; row++) {
      int column = 0;
      for (Multiplicity multiplicity : multiplicities) {
        Irrep irrep = multiplicity.irrep();
        int n = irrep.size();
        double[] values = irrep.valuesAt(elements.get(row));
        double weight = Math.sqrt(n) * scale;
        for (int copy = 0; copy < multiplicity.count(); copy++) {
          for (int i = 0; i < n; i++) {
            matrix.set(row, column++, weight * values[i * n + copy]);
          }
        }
      }
    }
    Set<String> tags = new TreeSet<>(Set.of("pointwise", "norm", "gated", "concatenated"));
    if (!group.hasReflections()) {
      tags.add("vectorfield");
    }
    return new Representation(
        group,
        "regular",
        Multiplicity.expand(multiplicities),
        matrix,
        matrix.transpose(),
        tags,
        new SerializedRepresentation.Regular(group));
  }
}
