package org.e2spark.train;

import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.e2spark.nn.ParameterRole;
import org.e2spark.nn.StateDict;

/**
 * What of a network workers sum at every step, in the order in which it lies in one array: the
 * gradients of what is trained, the running statistics, and at the end the loss, the number of
 * right answers and the number of samples.
 *
 * @param trained parameters that the optimiser changes
 * @param statistics running ones, and counts of batches
 */
record GradientLayout(List<StateDict.Entry> trained, List<StateDict.Entry> statistics) {

  /** How many numbers come after the tensors. */
  static final int TAIL = 3;

  /** Copies the lists. */
  GradientLayout {
    trained = List.copyOf(trained);
    statistics = List.copyOf(statistics);
  }

  /** The layout of a network's parameters; frozen ones and constants have no place in it. */
  static GradientLayout of(List<StateDict.Entry> entries) {
    List<StateDict.Entry> trained = new ArrayList<>();
    List<StateDict.Entry> statistics = new ArrayList<>();
    for (StateDict.Entry entry : entries) {
      switch (entry.role()) {
        case TRAINED -> {
          if (entry.parameter().requiresGradient()) {
            trained.add(entry);
          }
        }
        case AVERAGED, COUNTED -> statistics.add(entry);
        case CONSTANT -> {}
      }
    }
    return new GradientLayout(trained, statistics);
  }

  /** The tensors, in order. */
  List<Parameter> tensors() {
    return Stream.concat(trained.stream(), statistics.stream())
        .map(StateDict.Entry::parameter)
        .toList();
  }

  /** What messages call the tensors, in order. */
  List<String> names() {
    return Stream.concat(
            trained.stream().map(entry -> "the gradient of " + entry.name()),
            statistics.stream().map(entry -> "the running statistic " + entry.name()))
        .toList();
  }

  /** Length of the array. */
  long size() {
    return TAIL + tensors().stream().mapToLong(tensor -> tensor.getShape().size()).sum();
  }

  static boolean isCount(StateDict.Entry statistic) {
    return statistic.role() == ParameterRole.COUNTED;
  }
}
