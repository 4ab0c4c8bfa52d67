package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Ops;

/** Gives a network the values of a saved one, but for some that begin anew. */
final class WarmStart {

  private WarmStart() {}

  /**
   * Copies the values.
   *
   * @param parameters of the network, by name
   * @param weights the bytes of a safetensors file
   * @param manager for the time of copying
   * @throws IllegalArgumentException if a pattern is found in no name, or if names or shapes differ
   *     elsewhere, naming them; nothing is changed then
   */
  static void apply(
      Map<String, Parameter> parameters, byte[] weights, StartOptions options, NDManager manager) {
    Set<String> fresh = ParameterPattern.find(options.reinitialize(), parameters.keySet());
    try (NDManager scratch = manager.newSubManager();
        Autograd ignored = Autograd.pause()) {
      Map<String, NDArray> saved = Safetensors.decode(scratch, weights);
      Set<String> wrong = new TreeSet<>();
      parameters.forEach(
          (name, parameter) -> {
            if (!fresh.contains(name)) {
              check(name, parameter, saved.get(name), wrong);
            }
          });
      saved.keySet().stream()
          .filter(name -> !parameters.containsKey(name) && !isReinitialized(name, options))
          .forEach(name -> wrong.add(name + " (not in the network)"));
      if (!wrong.isEmpty()) {
        throw new IllegalArgumentException(
            "The model "
                + options.model()
                + " does not fit the network in "
                + wrong
                + ": --reinitialize what shall begin anew");
      }
      parameters.forEach(
          (name, parameter) -> {
            if (!fresh.contains(name)) {
              Ops.copyInto(parameter.getArray(), saved.get(name));
            }
          });
    }
  }

  private static void check(String name, Parameter parameter, NDArray value, Set<String> wrong) {
    if (value == null) {
      wrong.add(name + " (not in the model)");
    } else if (!value.getShape().equals(parameter.getArray().getShape())) {
      wrong.add(
          name + " " + parameter.getArray().getShape() + " (model: " + value.getShape() + ")");
    }
  }

  private static boolean isReinitialized(String name, StartOptions options) {
    return options.reinitialize().stream().anyMatch(text -> ParameterPattern.of(text).isIn(name));
  }
}
