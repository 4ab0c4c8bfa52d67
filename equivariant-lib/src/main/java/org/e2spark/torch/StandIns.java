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
      NDArray source,
      NDArray derived,
      NDArray leaf,
      UnaryOperator<NDArray> transpose,
      int segment) {}

  private final List<StandIn> all = new ArrayList<>();
  private int segment;
  private int passedOn = Integer.MAX_VALUE;

  NDArray of(NDArray source, NDArray derived, UnaryOperator<NDArray> transpose) {
    for (StandIn known : all) {
      if (known.derived() == derived && known.source() == source) {
        return known.leaf();
      }
    }
    NDArray leaf = Autograd.detach(derived.getManager(), derived);
    leaf.setRequiresGradient(true);
    all.add(new StandIn(source, derived, leaf, transpose, segment));
    return leaf;
  }

  /** Those that are first used from here on belong to a segment of the recording. */
  void enter(int number) {
    segment = number;
  }

  /** Before another backward pass: drops what has been passed on already. */
  void forget() {
    if (passedOn < Integer.MAX_VALUE) {
      all.forEach(standIn -> JniUtils.zeroGrad(Autograd.pt(standIn.leaf())));
      passedOn = Integer.MAX_VALUE;
    }
  }

  /**
   * After a backward pass has come to the beginning of a segment: adds to the gradients of the
   * parameters what has arrived at its stand-ins and at later ones.
   */
  void passOn(int from) {
    int end = passedOn;
    passedOn = from;
    for (StandIn standIn : all) {
      if (standIn.segment() < from || standIn.segment() >= end) {
        continue;
      }
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
