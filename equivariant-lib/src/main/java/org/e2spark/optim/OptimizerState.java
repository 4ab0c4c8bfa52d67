package org.e2spark.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.text.Text;
import org.e2spark.torch.Autograd;

/**
 * An optimisation under way: the parameters it changes, and its own arrays beside them.
 *
 * <p>Not thread-safe. Closing frees its own arrays, not the parameters.
 */
public abstract sealed class OptimizerState implements AutoCloseable permits Adam.State, Sgd.State {

  private final NDManager manager;
  private final Map<String, NDArray> parameters;
  private final Map<String, Penalties.Rule> penalties = new LinkedHashMap<>();
  private final Map<String, NDArray> arrays = new LinkedHashMap<>();
  private long steps;

  OptimizerState(
      NDManager owner, Map<String, NDArray> parameters, Penalties penalties, List<String> kinds) {
    manager = owner.newSubManager();
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    parameters.forEach(
        (name, parameter) -> {
          this.penalties.put(name, penalties.of(name));
          for (String kind : kinds) {
            arrays.put(
                name + "." + kind, manager.zeros(parameter.getShape(), parameter.getDataType()));
          }
        });
  }

  /**
   * Changes every parameter once.
   *
   * @param gradients one for each parameter, by its name; they are left as they are
   * @param learningRate at least 0
   * @throws IllegalArgumentException if a gradient is missing
   */
  public void step(Map<String, NDArray> gradients, double learningRate) {
    for (String name : parameters.keySet()) {
      if (!gradients.containsKey(name)) {
        throw new IllegalArgumentException("Parameter " + name + " has no gradient");
      }
    }
    steps++;
    try (Autograd ignored = Autograd.pause()) {
      for (Map.Entry<String, NDArray> entry : parameters.entrySet()) {
        try (NDManager scratch = manager.newSubManager()) {
          NDArray gradient = penalised(entry.getKey(), entry.getValue(), gradients, scratch);
          update(entry.getKey(), entry.getValue(), gradient, learningRate, scratch);
        }
      }
    }
  }

  private NDArray penalised(
      String name, NDArray parameter, Map<String, NDArray> gradients, NDManager scratch) {
    NDArray gradient = gradients.get(name);
    Penalties.Rule rule = penalties.get(name);
    if (rule.l1() == 0 && rule.l2() == 0) {
      return gradient;
    }
    NDArray sum = owned(gradient.mul(1), scratch);
    if (rule.l2() != 0) {
      sum.addi(owned(parameter.mul(rule.l2()), scratch));
    }
    if (rule.l1() != 0) {
      sum.addi(owned(parameter.sign(), scratch).muli(rule.l1()));
    }
    return sum;
  }

  /** Results belong to the manager of the first operand; this moves one where it is closed soon. */
  static NDArray owned(NDArray array, NDManager scratch) {
    array.attach(scratch);
    return array;
  }

  /**
   * The rule itself, for one parameter; nothing is recorded, and scratch arrays are closed after.
   */
  abstract void update(
      String name, NDArray parameter, NDArray gradient, double rate, NDManager scratch);

  /** This state's array of one kind for one parameter. */
  final NDArray array(String parameter, String kind) {
    return arrays.get(parameter + "." + kind);
  }

  /** How many steps were made. */
  public final long steps() {
    return steps;
  }

  /** Counts steps that others made, whose arrays this state has taken over. */
  public final void countTo(long made) {
    steps = made;
  }

  /**
   * The arrays, by the parameter's name and their own as in PyTorch, such as {@code
   * "head.weight.exp_avg"}: the live ones, not copies.
   */
  public final Map<String, NDArray> arrays() {
    return Collections.unmodifiableMap(arrays);
  }

  /**
   * Goes back to a state that was saved.
   *
   * @param savedSteps {@link #steps()} of that time
   * @param saved {@link #arrays()} of that time
   * @throws IllegalArgumentException if names or shapes differ, naming the differences
   */
  public final void restore(long savedSteps, Map<String, NDArray> saved) {
    List<String> wrong = new ArrayList<>();
    arrays.forEach(
        (name, array) -> {
          NDArray value = saved.get(name);
          if (value == null || !value.getShape().equals(array.getShape())) {
            wrong.add(
                Text.format(
                    "%s %s (saved: %s)",
                    name, array.getShape(), value == null ? "none" : value.getShape()));
          }
        });
    saved.keySet().stream().filter(name -> !arrays.containsKey(name)).forEach(wrong::add);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "The saved optimiser state is of another network or optimiser: " + wrong);
    }
    try (Autograd ignored = Autograd.pause()) {
      arrays.forEach((name, array) -> saved.get(name).copyTo(array));
    }
    steps = savedSteps;
  }

  @Override
  public final void close() {
    manager.close();
  }
}
