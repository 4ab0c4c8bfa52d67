package org.e2spark.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.e2spark.text.Text;
import org.ejml.simple.SimpleMatrix;

/** Stacks representations of one group. */
final class DirectSum {

  private DirectSum() {}

  static Representation of(List<Representation> representations) {
    return of(
        representations,
        representations.stream()
            .map(part -> "[" + part.name() + "]")
            .collect(Collectors.joining("_")));
  }

  static Representation of(List<Representation> representations, String name) {
    if (representations.isEmpty()) {
      throw new IllegalArgumentException("A direct sum needs at least one representation");
    }
    Group group = representations.get(0).group();
    int size = representations.stream().mapToInt(Representation::size).sum();
    SimpleMatrix matrix = new SimpleMatrix(size, size);
    SimpleMatrix inverse = new SimpleMatrix(size, size);
    List<Irrep> irreps = new ArrayList<>();
    Set<String> tags = new TreeSet<>(representations.get(0).supportedNonlinearities());
    int position = 0;
    for (Representation part : representations) {
      if (!part.group().equals(group)) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot sum representations of different groups: %s and %s", group, part.group()));
      }
      matrix.insertIntoThis(position, position, part.changeOfBasis());
      inverse.insertIntoThis(position, position, part.changeOfBasisInverse());
      irreps.addAll(part.irreps());
      tags.retainAll(part.supportedNonlinearities());
      position += part.size();
    }
    return new Representation(group, name, irreps, matrix, inverse, tags, null);
  }
}
