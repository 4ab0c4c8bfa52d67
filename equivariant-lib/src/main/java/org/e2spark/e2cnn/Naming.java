package org.e2spark.e2cnn;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.e2spark.model.ReferenceNames;
import org.e2spark.nn.StateDict;
import org.e2spark.text.Text;

/** Which entry of a saved state is which parameter of a network here. */
@FunctionalInterface
public interface Naming {

  /**
   * Finds the entry of each parameter.
   *
   * @param network an initialised network
   * @param state tensors by name, in the order of the file
   * @return by the name of each parameter of the network, the name of its entry
   * @throws ReferenceStateException if an entry or a parameter is left, naming some
   */
  Map<String, String> resolve(Block network, Map<String, NDArray> state);

  /**
   * By names: those of the network here, or those of the published networks ({@link
   * ReferenceNames}); something that all have in front, such as {@code module.}, is left out.
   */
  static Naming published() {
    return (network, state) -> {
      Set<String> entries = entries(state);
      List<UnaryOperator<String>> renamings = new ArrayList<>();
      for (int start : starts(entries)) {
        renamings.add(name -> name.substring(start));
        renamings.add(name -> ReferenceNames.toOurs(name.substring(start)));
      }
      return renamings.stream()
          .map(renaming -> Renamed.of(network, entries, renaming))
          .min(Comparator.comparingInt(Renamed::left))
          .orElseThrow()
          .complete(
              "Say which is which by a file of names (--mapping), or take them in their order"
                  + " (--by-order)");
    };
  }

  /**
   * By names after replacing what they begin with.
   *
   * @param prefixes by the whole parts that names of entries begin with, such as {@code block1.1},
   *     what takes their place; the longest one counts
   */
  static Naming mapped(Map<String, String> prefixes) {
    Map<String, String> copy = Map.copyOf(prefixes);
    return (network, state) ->
        Renamed.of(network, entries(state), name -> replaced(name, copy))
            .complete("Add what is missing to the file of names");
  }

  /**
   * By order: the first module with parameters is the first one here, and so on. Modules must have
   * parameters of the same names and shapes.
   */
  static Naming inOrder() {
    return (network, state) -> {
      Map<String, List<String>> theirs = byModule(entries(state));
      Map<String, Parameter> parameters = StateDict.of(network);
      Map<String, List<String>> ours = byModule(parameters.keySet());
      if (ours.size() != theirs.size()) {
        throw new ReferenceStateException(
            Text.format(
                "The state has %s modules with parameters, the network %s",
                theirs.size(), ours.size()));
      }
      Map<String, String> found = new LinkedHashMap<>();
      List<String> modules = new ArrayList<>(theirs.keySet());
      int position = 0;
      for (Map.Entry<String, List<String>> module : ours.entrySet()) {
        String other = modules.get(position++);
        if (!Set.copyOf(module.getValue()).equals(Set.copyOf(theirs.get(other)))) {
          throw new ReferenceStateException(
              Text.format(
                  "Module %s: %s of the state has %s, but %s of the network %s",
                  position, other, theirs.get(other), module.getKey(), module.getValue()));
        }
        for (String local : module.getValue()) {
          found.put(module.getKey() + local, other + local);
        }
      }
      return found;
    };
  }

  /** What of a state is trained or measured. */
  private static Set<String> entries(Map<String, NDArray> state) {
    Set<String> entries = new LinkedHashSet<>();
    state.forEach(
        (name, value) -> {
          if (!StateDict.isDerived(name, value)) {
            entries.add(name);
          }
        });
    return entries;
  }

  /** Where names may begin: after each part that all of them have in front. */
  private static List<Integer> starts(Set<String> names) {
    List<Integer> starts = new ArrayList<>(List.of(0));
    String first = names.isEmpty() ? "" : names.iterator().next();
    for (int dot = first.indexOf('.'); dot >= 0; dot = first.indexOf('.', dot + 1)) {
      String prefix = first.substring(0, dot + 1);
      if (names.stream().allMatch(name -> name.startsWith(prefix))) {
        starts.add(dot + 1);
      }
    }
    return starts;
  }

  private static String replaced(String name, Map<String, String> prefixes) {
    for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
      String other = prefixes.get(name.substring(0, end));
      if (other != null) {
        return other + name.substring(end);
      }
    }
    return name;
  }

  /** The local names of each module's entries. */
  private static Map<String, List<String>> byModule(Collection<String> names) {
    Map<String, List<String>> modules = new LinkedHashMap<>();
    for (String name : names) {
      int local = name.lastIndexOf('.') + 1;
      modules
          .computeIfAbsent(name.substring(0, local), module -> new ArrayList<>())
          .add(name.substring(local));
    }
    return modules;
  }

  /**
   * An attempt.
   *
   * @param found by the network's name, the state's
   * @param unused entries that are no parameters
   * @param missing parameters that have no entry
   */
  record Renamed(Map<String, String> found, Set<String> unused, Set<String> missing) {

    static Renamed of(Block network, Set<String> entries, UnaryOperator<String> renaming) {
      Map<String, String> found = new LinkedHashMap<>();
      Set<String> unused = new LinkedHashSet<>();
      Set<String> missing = new LinkedHashSet<>(StateDict.of(network).keySet());
      for (String entry : entries) {
        String name = renaming.apply(entry);
        if (missing.remove(name)) {
          found.put(name, entry);
        } else {
          unused.add(entry);
        }
      }
      return new Renamed(found, unused, missing);
    }

    int left() {
      return unused.size() + missing.size();
    }

    Map<String, String> complete(String remedy) {
      if (left() > 0) {
        throw new ReferenceStateException(
            Text.format(
                "The state is not this network's: entries without a parameter: %s; parameters"
                    + " without an entry: %s. %s",
                some(unused), some(missing), remedy));
      }
      return found;
    }

    private static String some(Set<String> names) {
      int shown = 5;
      String first = names.stream().limit(shown).toList().toString();
      return names.size() > shown ? first + " and " + (names.size() - shown) + " more" : first;
    }
  }
}
