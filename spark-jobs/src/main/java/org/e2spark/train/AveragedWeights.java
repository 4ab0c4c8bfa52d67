package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.nn.ParameterRole;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Ops;

/**
 * An exponential moving average of trained parameters and running statistics, beside them: {@code
 * average = d · average + (1 - d) · value} after each step t, from 1, with {@code d = min(decay, (1
 * + t) / (10 + t))}, so that the first values are soon forgotten.
 */
final class AveragedWeights {

  private static final String PREFIX = "averaged.";

  private final double decay;
  private final Map<String, NDArray> values = new LinkedHashMap<>();
  private final Map<String, NDArray> averages = new LinkedHashMap<>();

  /**
   * @param decay of each step, in (0, 1); 0 for no average
   * @param manager who owns the averages
   */
  AveragedWeights(double decay, GradientLayout layout, NDManager manager) {
    this.decay = decay;
    if (decay > 0) {
      layout.trained().forEach(entry -> add(entry, manager));
      layout.statistics().stream()
          .filter(entry -> entry.role() == ParameterRole.AVERAGED)
          .forEach(entry -> add(entry, manager));
    }
  }

  private void add(StateDict.Entry entry, NDManager manager) {
    NDArray value = entry.parameter().getArray();
    NDArray copy = manager.zeros(value.getShape(), value.getDataType());
    values.put(entry.name(), value);
    averages.put(PREFIX + entry.name(), copy);
    Ops.copyInto(copy, value);
  }

  boolean isKept() {
    return decay > 0;
  }

  /** The averages, by names that no optimiser's array has. */
  Map<String, NDArray> arrays() {
    return Collections.unmodifiableMap(averages);
  }

  /** Begins from the values as they are. */
  void reset() {
    copy(averages.values(), values.values());
  }

  /**
   * Takes its own of the saved arrays.
   *
   * @throws IllegalArgumentException if one is not there
   */
  void restore(Map<String, NDArray> saved) {
    restore(averages, saved, "state");
  }

  /** Takes arrays' values out of those that were saved under their names. */
  static void restore(Map<String, NDArray> arrays, Map<String, NDArray> saved, String what) {
    arrays.forEach(
        (name, array) -> {
          NDArray value = saved.remove(name);
          if (value == null || !value.getShape().equals(array.getShape())) {
            throw new IllegalArgumentException(
                "The saved " + what + " has no " + name + " of " + array.getShape());
          }
          Ops.copyInto(array, value);
        });
  }

  /**
   * Follows the values.
   *
   * @param step its number, from 1
   */
  void follow(long step) {
    double kept = Math.min(decay, (1.0 + step) / (10.0 + step));
    try (Autograd ignored = Autograd.pause()) {
      var average = averages.values().iterator();
      for (NDArray value : values.values()) {
        try (NDArray part = value.mul((float) (1 - kept))) {
          average.next().muli((float) kept).addi(part);
        }
      }
    }
  }

  /** Puts the averages in the place of the values, and those in the place of the averages. */
  void swap() {
    try (Autograd ignored = Autograd.pause()) {
      List<NDArray> before = values.values().stream().map(NDArray::duplicate).toList();
      copy(values.values(), averages.values());
      copy(averages.values(), before);
      before.forEach(NDArray::close);
    }
  }

  private static void copy(Iterable<NDArray> targets, Iterable<NDArray> sources) {
    var source = sources.iterator();
    for (NDArray target : targets) {
      Ops.copyInto(target, source.next());
    }
  }
}
