package org.e2spark.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Arrays of a recorded computation that stand for linear functions of parameters, evaluated outside
 * the recording. To the engine they are leaves; what arrives at them is taken on to the parameters
 * after each backward pass.
 */
final class StandIns implements AutoCloseable {

  private record StandIn(
      NDArray source, NDArray derived, NDArray leaf, UnaryOperator<NDArray> transpose) {}

  private final List<StandIn> all = new ArrayList<>();
  private boolean passedOn;

  NDArray of(NDArray source, NDArray derived, UnaryOperator<NDArray> transpose) {
    for (StandIn known : all) {
      if (known.derived() == derived && known.source() == source) {
        return known.leaf();
      }
    }
    NDArray leaf = Autograd.detach(derived.getManager(), derived);
    leaf.setRequiresGradient(true);
    all.add(new StandIn(source, derived, leaf, transpose));
    return leaf;
  }

  /** Before another backward pass: drops what has been passed on already. */
  void forget() {
    if (passedOn) {
      all.forEach(standIn -> JniUtils.zeroGrad(Autograd.pt(standIn.leaf())));
      passedOn = false;
    }
  }

  /** After a backward pass: adds to the gradients of the parameters. */
  void passOn() {
    passedOn = true;
    for (StandIn standIn : all) {
      try (NDArray gradient = standIn.leaf().getGradient();
          NDArray atSource = standIn.transpose().apply(gradient)) {
        JniUtils.backward(Autograd.pt(standIn.source()), Autograd.pt(atSource), false, false);
      }
    }
  }

  @Override
  public void close() {
    all.forEach(standIn -> standIn.leaf().close());
    all.clear();
  }
}
