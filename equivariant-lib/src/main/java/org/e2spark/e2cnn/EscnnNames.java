package org.e2spark.e2cnn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * States of escnn 1, the successor of the reference library, as that would have named and shaped
 * them: all but kernel bases, which {@link StoredBases} converts.
 */
final class EscnnNames {

  /** Such as {@code regular_[(0, 0)|(1, 0)|(1, 1)|(1, 2)]}; the last frequency is the largest. */
  private static final Pattern BAND_LIMITED =
      Pattern.compile("regular_\\[(?:\\([0-9, ]*\\)\\|)*\\((?:[0-9]+, ?)?([0-9]+),?\\)\\]");

  private static final String AVERAGE = "_avg";
  private static final String MEAN = "_running_mean";
  private static final String COLUMNS = "_change_of_basis";

  private EscnnNames() {}

  /** The name of a representation, or of what contains one, as it is here. */
  static String canonical(String name) {
    Matcher matcher = BAND_LIMITED.matcher(name);
    return matcher.replaceAll("bandlimited[$1]").replace('^', '.');
  }

  /**
   * The entries of a state under the names that they have here; those of e2cnn are given back as
   * they are.
   *
   * @param manager who owns what is converted
   */
  static Map<String, NDArray> canonical(Map<String, NDArray> state, NDManager manager) {
    Map<String, NDArray> entries = new LinkedHashMap<>();
    state.forEach(
        (name, value) -> {
          if (name.contains(StoredBases.BASIS)) {
            entries.put(name, value);
          } else if (!isConstant(name, state)) {
            entries.put(canonical(name), inTrivials(name, value, state, manager));
          }
        });
    return entries;
  }

  /** What follows from a layer's options. */
  private static boolean isConstant(String name, Map<String, NDArray> state) {
    String module = name.substring(0, name.lastIndexOf('.') + 1);
    return name.endsWith(AVERAGE) && state.containsKey(replaced(name, AVERAGE, COLUMNS))
        || (name.equals(module + "A") || name.equals(module + "Ainv"))
            && state.containsKey(module + "A")
            && state.containsKey(module + "Ainv");
  }

  /** Means of each channel become means of trivial irreps: (fields, trivial irreps). */
  private static NDArray inTrivials(
      String name, NDArray value, Map<String, NDArray> state, NDManager manager) {
    NDArray columns = name.endsWith(MEAN) ? state.get(replaced(name, MEAN, COLUMNS)) : null;
    if (columns == null || value.getShape().get(1) == columns.getShape().get(1)) {
      return value;
    }
    NDArray means = value.matMul(columns);
    means.attach(manager);
    return means;
  }

  private static String replaced(String name, String end, String other) {
    return name.substring(0, name.length() - end.length()) + other;
  }
}
