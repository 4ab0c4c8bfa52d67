package org.e2spark.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Names that somebody may have meant. */
public final class Similar {

  private Similar() {}

  /**
   * The names that need the fewest edits (letters inserted, deleted, replaced) to become one.
   *
   * @param name what was written
   * @param names what there is
   * @param most how many to return at most
   * @return nearest first, equally near ones in alphabetical order
   */
  public static List<String> names(String name, Collection<String> names, int most) {
    return names.stream()
        .sorted(
            Comparator.comparingInt((String candidate) -> edits(name, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .limit(most)
        .toList();
  }

  /** The distance of Levenshtein, a row of its table at a time. */
  private static int edits(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      above[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] here = new int[above.length];
      here[0] = row;
      for (int column = 1; column <= to.length(); column++) {
        int replaced = from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1;
        here[column] =
            Math.min(above[column - 1] + replaced, 1 + Math.min(above[column], here[column - 1]));
      }
      above = here;
    }
    return above[to.length()];
  }
}
