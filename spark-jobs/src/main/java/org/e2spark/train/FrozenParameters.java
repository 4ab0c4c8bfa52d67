package org.e2spark.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.e2spark.nn.ParameterRole;
import org.e2spark.nn.StateDict;

/**
 * A network's parameters, apart from what training leaves as it is.
 *
 * @param changing all that training may change, and constants
 * @param heldStatistics running statistics that every pass moves, and that are put back
 */
record FrozenParameters(List<StateDict.Entry> changing, List<StateDict.Entry> heldStatistics) {

  /**
   * Freezes parameters.
   *
   * @param patterns of their names
   * @throws IllegalArgumentException if a pattern is found in no name, or nothing is left to train
   */
  static FrozenParameters in(List<StateDict.Entry> entries, List<String> patterns) {
    Set<String> frozen =
        ParameterPattern.find(patterns, entries.stream().map(StateDict.Entry::name).toList());
    List<StateDict.Entry> changing = new ArrayList<>();
    List<StateDict.Entry> held = new ArrayList<>();
    for (StateDict.Entry entry : entries) {
      if (frozen.contains(entry.name()) && entry.role() == ParameterRole.TRAINED) {
        entry.parameter().freeze(true);
      }
      boolean isStatistic =
          entry.role() == ParameterRole.AVERAGED || entry.role() == ParameterRole.COUNTED;
      (frozen.contains(entry.name()) && isStatistic ? held : changing).add(entry);
    }
    if (!frozen.isEmpty() && GradientLayout.of(changing).trained().isEmpty()) {
      throw new IllegalArgumentException(
          "Nothing is left to train beside what " + patterns + " freeze");
    }
    return new FrozenParameters(List.copyOf(changing), List.copyOf(held));
  }
}
