package org.e2spark.nn.container;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.e2spark.nn.FieldType;

/** How the fields of each branch of a {@link BranchingModule} are ordered. */
public enum Reshuffle {
  /** As they come. */
  NONE,
  /** By label; within a label as they come. */
  BY_LABEL,
  /** By label, then by size. */
  BY_SIZE,
  /** By label, then by size, then by the name of the representation. */
  BY_TYPE;

  int[] order(FieldType type, List<String> labels) {
    Comparator<Integer> comparator = Comparator.comparingInt(i -> 0);
    if (this != NONE) {
      comparator = Comparator.comparing(labels::get);
    }
    if (compareTo(BY_SIZE) >= 0) {
      comparator = comparator.thenComparing(i -> type.representations().get(i).size());
    }
    if (this == BY_TYPE) {
      comparator = comparator.thenComparing(i -> type.representations().get(i).name());
    }
    return IntStream.range(0, type.fields())
        .boxed()
        .sorted(comparator)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
