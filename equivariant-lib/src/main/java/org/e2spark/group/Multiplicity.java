package org.e2spark.group;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.e2spark.text.Text;

/**
 * How often an irrep occurs in a representation of a finite group, by the orthogonality of
 * characters over the reals.
 */
record Multiplicity(Irrep irrep, int count) {

  static List<Multiplicity> of(Group group, ToDoubleFunction<GroupElement> character) {
    List<GroupElement> elements = group.elements();
    double[] traces = elements.stream().mapToDouble(character).toArray();
    List<Multiplicity> multiplicities = new ArrayList<>();
    for (Irrep irrep : group.irreps()) {
      double sum = 0;
      for (int i = 0; i < traces.length; i++) {
        sum += traces[i] * irrep.character(elements.get(i));
      }
      double count = sum / (traces.length * irrep.sumOfSquaresConstituents());
      if (Math.abs(count - Math.rint(count)) > 1e-6) {
        throw new IllegalArgumentException(
            Text.format(
                "Not the character of a representation of %s: %s would occur %f times",
                group, irrep.name(), count));
      }
      multiplicities.add(new Multiplicity(irrep, (int) Math.rint(count)));
    }
    return multiplicities;
  }

  static List<Irrep> expand(List<Multiplicity> multiplicities) {
    List<Irrep> irreps = new ArrayList<>();
    for (Multiplicity multiplicity : multiplicities) {
      for (int i = 0; i < multiplicity.count(); i++) {
        irreps.add(multiplicity.irrep());
      }
    }
    return irreps;
  }
}
