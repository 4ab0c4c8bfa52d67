package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a step's sums are finite: one number tells, and only if it does not is each tensor read.
 *
 * @param names of the buffer's tensors, in order
 */
record FiniteCheck(GradientBuffer buffer, List<String> names) {

  /**
   * Checks all that was summed, which is the same bits on every worker.
   *
   * @throws NonFiniteException on every worker alike, naming the tensors
   */
  void require() {
    if (Float.isFinite(sum(buffer.flat()))) {
      return;
    }
    List<String> tensors = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      // Zero times anything finite is zero, whose sum cannot overflow.
      try (NDArray zero = buffer.views().get(i).mul(0)) {
        if (sum(zero) != 0) {
          tensors.add(names.get(i));
        }
      }
    }
    double loss = buffer.sums().loss();
    if (!tensors.isEmpty() || !Double.isFinite(loss)) {
      throw new NonFiniteException(loss, tensors);
    }
  }

  private static float sum(NDArray array) {
    try (NDArray sum = array.sum()) {
      return sum.getFloat();
    }
  }
}
