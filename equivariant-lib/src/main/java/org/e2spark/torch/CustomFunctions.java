package org.e2spark.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;

/**
 * Functions in a recorded computation whose gradients code of ours computes. To the engine the
 * value of each is a leaf, so that the computation falls apart into pieces; after the engine has
 * gone back through the last piece, the functions are gone through in reverse, and the gradient at
 * each one's inputs is taken on into the pieces before.
 */
final class CustomFunctions implements AutoCloseable {

  /**
   * An array that functions take, under a handle of our own: callers may close theirs.
   *
   * @param before how many functions there were when it was first taken: it does not depend on
   *     later ones
   */
  private record Input(NDArray original, NDArray alias, boolean wantsGradient, int before) {}

  /**
   * A function's application.
   *
   * @param isCut whether it only parts two segments, each of which is gone through once
   */
  private record Call(
      List<Input> inputs, NDArray leaf, Autograd.Gradients gradients, boolean isCut) {}

  /** A gradient that has arrived at an input and waits for others to do so. */
  private static final class Arrived {
    private final Input input;
    private NDArray gradient;

    Arrived(Input input, NDArray gradient) {
      this.input = input;
      this.gradient = gradient;
    }

    void add(NDArray more) {
      NDArray sum = gradient.add(more);
      gradient.close();
      more.close();
      gradient = sum;
    }

    void takeOn(boolean keepsGraph) {
      JniUtils.backward(Autograd.pt(input.alias()), Autograd.pt(gradient), keepsGraph, false);
      gradient.close();
    }
  }

  private final List<Call> calls = new ArrayList<>();
  private final List<NDArray> differentiated = new ArrayList<>();

  NDArray call(
      NDManager manager, List<NDArray> arguments, NDArray value, Autograd.Gradients gradients) {
    return call(manager, arguments, value, gradients, false);
  }

  /**
   * Parts what was recorded so far from what comes.
   *
   * @param value of {@code x}, without what it was computed from
   * @param reached runs when all that comes has been gone back through
   */
  NDArray cut(NDArray x, NDArray value, Runnable reached) {
    return call(
        x.getManager(),
        List.of(x),
        value,
        (arguments, gradient) -> {
          reached.run();
          return List.of(gradient.reshape(gradient.getShape()));
        },
        true);
  }

  private NDArray call(
      NDManager manager,
      List<NDArray> arguments,
      NDArray value,
      Autograd.Gradients gradients,
      boolean isCut) {
    List<Input> inputs = new ArrayList<>();
    for (NDArray argument : arguments) {
      inputs.add(input(argument));
    }
    value.setRequiresGradient(true);
    calls.add(new Call(inputs, value, gradients, isCut));
    NDArray result = value.reshape(value.getShape());
    result.attach(manager);
    return result;
  }

  private Input input(NDArray argument) {
    for (Call call : calls) {
      for (Input known : call.inputs()) {
        if (known.original() == argument) {
          return known;
        }
      }
    }
    NDArray alias = argument.reshape(argument.getShape());
    alias.attach(argument.getManager());
    return new Input(argument, alias, Autograd.isDifferentiable(argument), calls.size());
  }

  /** Whether the engine may have to go through some piece more than once. */
  boolean keepsGraph() {
    return calls.stream().anyMatch(call -> !call.isCut());
  }

  /** Before a backward pass from an array. */
  void begin(NDArray output) {
    // Arrays are equal if their numbers are; here the same one is meant.
    if (differentiated.stream().anyMatch(known -> known == output)) {
      throw new IllegalStateException(
          "Gradient of this array was taken already: compute it again to differentiate again");
    }
  }

  /** After the engine's backward pass from an array. */
  void passOn(NDArray output) {
    if (calls.isEmpty()) {
      return;
    }
    boolean keepsGraph = keepsGraph();
    List<Arrived> arrived = new ArrayList<>();
    for (int i = calls.size() - 1; i >= 0; i--) {
      takeOn(arrived, i, keepsGraph);
      Call call = calls.get(i);
      NDArray gradient = JniUtils.getGradient(Autograd.pt(call.leaf()));
      if (gradient == null) {
        continue;
      }
      calls.remove(i);
      // The value is not needed any more, and may be large.
      call.leaf().close();
      try (gradient) {
        List<NDArray> arguments = call.inputs().stream().map(Input::alias).toList();
        List<NDArray> atInputs = call.gradients().at(arguments, gradient);
        for (int j = 0; j < atInputs.size(); j++) {
          add(arrived, call.inputs().get(j), atInputs.get(j));
        }
      }
      call.inputs().stream().filter(input -> !input.wantsGradient()).forEach(this::release);
    }
    takeOn(arrived, -1, keepsGraph);
    differentiated.add(output);
  }

  private static void add(List<Arrived> arrived, Input input, NDArray gradient) {
    if (gradient == null) {
      return;
    }
    if (!input.wantsGradient()) {
      gradient.close();
      return;
    }
    for (Arrived other : arrived) {
      if (other.input == input) {
        other.add(gradient);
        return;
      }
    }
    arrived.add(new Arrived(input, gradient));
  }

  /** Takes on what may depend on a function, so that all of its gradient has arrived. */
  private void takeOn(List<Arrived> arrived, int function, boolean keepsGraph) {
    for (int i = arrived.size() - 1; i >= 0; i--) {
      if (arrived.get(i).input.before() > function) {
        Arrived next = arrived.remove(i);
        next.takeOn(keepsGraph);
        release(next.input);
      }
    }
  }

  /** Frees an input's handle, unless a function that is still to be gone through takes it. */
  private void release(Input input) {
    if (calls.stream().flatMap(call -> call.inputs().stream()).noneMatch(i -> i == input)) {
      input.alias().close();
    }
  }

  @Override
  public void close() {
    for (Call call : calls) {
      call.leaf().close();
      call.inputs().forEach(input -> input.alias().close());
    }
    calls.clear();
    differentiated.clear();
  }
}
