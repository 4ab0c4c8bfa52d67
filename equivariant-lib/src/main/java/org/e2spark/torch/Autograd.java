package org.e2spark.torch;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.e2spark.text.Text;

/**
 * A stretch of code, on one thread, during which operations are recorded for differentiation (or
 * not recorded).
 *
 * <pre>{@code
 * try (var scope = Autograd.record()) {
 *   NDArray loss = ...;
 *   scope.backward(loss);
 * }
 * NDArray gradient = parameter.getArray().getGradient(); // the caller closes it
 * }</pre>
 *
 * <p>Recording is a property of the thread, so any number of threads may train networks of their
 * own in one JVM. Scopes nest; closing one restores what was before it and must happen on the
 * thread that opened it. Gradients accumulate in the arrays that require them until {@link
 * #zeroGradients}.
 */
public final class Autograd implements AutoCloseable {

  /** The scope that code on a thread runs in, as the recording state itself is the thread's. */
  private static final ThreadLocal<Autograd> INNERMOST = new ThreadLocal<>();

  private final Thread owner = Thread.currentThread();
  private final Autograd outer = INNERMOST.get();
  private final boolean before;
  private final StandIns standIns;
  private final CustomFunctions functions;
  private final Cuts cuts;
  private boolean open = true;

  private Autograd(boolean recording, Cuts places) {
    before = JniUtils.isGradMode();
    standIns = outer == null ? new StandIns() : outer.standIns;
    functions = outer == null ? new CustomFunctions() : outer.functions;
    cuts = places == null && outer != null ? outer.cuts : places;
    JniUtils.setGradMode(recording);
    INNERMOST.set(this);
  }

  /** Starts recording on this thread. */
  public static Autograd record() {
    EngineStart.ensure();
    return new Autograd(true, null);
  }

  /** Starts recording one pass on this thread, in segments. */
  public static Autograd record(Cuts cuts) {
    EngineStart.ensure();
    return new Autograd(true, cuts);
  }

  /** Stops recording on this thread, for evaluation or for changing parameters in place. */
  public static Autograd pause() {
    EngineStart.ensure();
    return new Autograd(false, null);
  }

  /** Whether operations on this thread are being recorded. */
  public static boolean isRecording() {
    EngineStart.ensure();
    return JniUtils.isGradMode();
  }

  /**
   * Whether gradients reach an array: it requires one, or was computed in a recording from arrays
   * that do. ({@code hasGradient} of DJL is true of the former only.)
   */
  public static boolean isDifferentiable(NDArray array) {
    if (array.hasGradient()) {
      return true;
    }
    try (NDArray answer = Differentiable.FUNCTION.apply(array.getManager(), array)) {
      return answer.getBoolean();
    }
  }

  private static final class Differentiable {
    static final TorchFunction FUNCTION =
        TorchFunction.of("x", "torch.tensor([x.requires_grad], dtype=11)");
  }

  /** The innermost open scope of this thread. */
  public static Optional<Autograd> current() {
    return Optional.ofNullable(INNERMOST.get());
  }

  /**
   * An array to compute with in place of a linear function of a parameter, when that function is
   * evaluated outside the recording and shared by several passes. {@link #backward} takes the
   * gradient that arrives at it on to the parameter; a backward pass that is not this class's does
   * not.
   *
   * @param source the parameter
   * @param derived the function's value
   * @param transpose takes a gradient at {@code derived} to one at {@code source}, owned by the
   *     same manager
   * @return a view on {@code derived}, the same for each call with it; closed with the outermost
   *     scope of this thread
   */
  public NDArray standIn(NDArray source, NDArray derived, UnaryOperator<NDArray> transpose) {
    checkOpen();
    return standIns.of(source, derived, transpose);
  }

  /**
   * To be called by containers that apply parts one after another, before each part but the first.
   *
   * @return what the part is to be given: {@code x}, or a view on it where the recording is cut
   */
  public static NDArray entering(Object part, NDArray x) {
    Autograd scope = INNERMOST.get();
    int cut = scope == null || scope.cuts == null ? -1 : scope.cuts.before(part);
    return cut < 0 || !JniUtils.isGradMode() || !isDifferentiable(x) ? x : scope.cut(cut, x);
  }

  private NDArray cut(int cut, NDArray x) {
    standIns.enter(cut + 1);
    return functions.cut(
        x,
        detach(x.getManager(), x),
        () -> {
          standIns.passOn(cut + 1);
          cuts.tell(cut);
        });
  }

  /** Computes the gradients at the arguments of a function from that at its value. */
  @FunctionalInterface
  public interface Gradients {

    /**
     * Runs outside the recording.
     *
     * @param arguments of the function, under other handles
     * @param gradient at the value; closed afterwards
     * @return for each argument the gradient at it, or null where the argument requires none; they
     *     are closed afterwards
     */
    List<NDArray> at(List<NDArray> arguments, NDArray gradient);
  }

  /**
   * Makes a function part of the recording whose gradients code of the caller's computes. Only
   * {@link #backward} of this class knows of them; a backward pass that is not this class's ends at
   * the value.
   *
   * @param manager who owns the result
   * @param arguments arrays of this recording, which the caller may close
   * @param value the function's value, computed outside the recording; now owned by this scope
   * @param gradients takes the gradient on to the arguments
   * @return a view on {@code value}
   */
  public NDArray function(
      NDManager manager, List<NDArray> arguments, NDArray value, Gradients gradients) {
    checkOpen();
    return functions.call(manager, arguments, value, gradients);
  }

  /**
   * Adds the gradient of a scalar to every array it depends on that requires a gradient.
   *
   * @param loss a scalar, computed inside this scope
   * @throws IllegalArgumentException if {@code loss} has more than one element or depends on
   *     nothing that requires a gradient
   */
  public void backward(NDArray loss) {
    if (loss.size() != 1) {
      throw new IllegalArgumentException(
          "Cannot differentiate an array of shape "
              + loss.getShape()
              + " as a loss: it needs one element; give an upstream gradient for more");
    }
    try (NDArray one = loss.getManager().ones(loss.getShape(), loss.getDataType())) {
      backward(loss, one);
    }
  }

  /**
   * Adds the gradient of {@code sum(output * upstream)}.
   *
   * @param output an array computed inside this scope
   * @param upstream the gradient that arrives at {@code output}; same shape
   */
  public void backward(NDArray output, NDArray upstream) {
    checkOpen();
    if (!output.getShape().equals(upstream.getShape())) {
      throw new IllegalArgumentException(
          Text.format(
              "Upstream gradient has shape %s but the output has shape %s",
              upstream.getShape(), output.getShape()));
    }
    functions.begin(output);
    standIns.forget();
    try {
      JniUtils.backward(pt(output), pt(upstream), functions.keepsGraph(), false);
    } catch (EngineException e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains("does not require grad")) {
        throw new IllegalArgumentException(
            "Output depends on nothing that requires a gradient: initialise the network, and"
                + " compute inside the scope",
            e);
      }
      throw e;
    }
    try (Autograd paused = pause()) {
      functions.passOn(output);
    }
    standIns.passOn(0);
  }

  /** Sets the gradients of the given arrays to zero; those without one are left alone. */
  public static void zeroGradients(Iterable<NDArray> arrays) {
    for (NDArray array : arrays) {
      if (array.hasGradient()) {
        JniUtils.zeroGrad(pt(array));
      }
    }
  }

  /**
   * The same values, cut off from what they were computed from.
   *
   * @return a view on the same memory, attached to {@code manager}
   */
  public static NDArray detach(NDManager manager, NDArray array) {
    NDArray detached = JniUtils.detachGradient(pt(array));
    detached.attach(manager);
    return detached;
  }

  /** Restores the recording state that was in force before this scope. */
  @Override
  public void close() {
    if (!open) {
      return;
    }
    checkOpen();
    open = false;
    INNERMOST.set(outer);
    JniUtils.setGradMode(before);
    if (outer == null) {
      INNERMOST.remove();
      functions.close();
      standIns.close();
    }
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException("Gradient scope is closed already");
    }
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          Text.format(
              "Gradient scope of thread %s is used from thread %s: open one per thread",
              owner.getName(), Thread.currentThread().getName()));
    }
  }

  static PtNDArray pt(NDArray array) {
    Objects.requireNonNull(array, "array is null");
    if (array instanceof PtNDArray pt) {
      return pt;
    }
    throw new IllegalArgumentException(
        "Array of engine "
            + array.getManager().getEngine().getEngineName()
            + " where PyTorch is needed");
  }
}
