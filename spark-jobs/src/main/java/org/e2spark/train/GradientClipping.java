package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;

/**
 * Shortens a gradient that is too long, as {@code torch.nn.utils.clip_grad_norm_} does.
 *
 * <p>The length is summed in double precision in the order of the bytes, so it is the same number
 * on every worker, whatever its threads.
 */
final class GradientClipping {

  private static final double EPSILON = 1e-6;

  private final double longest;
  private final GradientBuffer buffer;
  private final int floats;

  /**
   * @param longest norm; 0 for any
   */
  GradientClipping(double longest, GradientBuffer buffer) {
    this.longest = longest;
    this.buffer = buffer;
    this.floats =
        (int) buffer.gradients().values().stream().mapToLong(view -> view.getShape().size()).sum();
  }

  /**
   * What the mean gradient is to be multiplied by.
   *
   * @param samples that the sums in the buffer's bytes are over
   */
  double factor(long samples) {
    return longest == 0 ? 1 : Math.min(1, longest / (norm() / samples + EPSILON));
  }

  private double norm() {
    ByteBuffer bytes = buffer.host();
    double sum = 0;
    for (int i = 0; i < floats; i++) {
      double value = bytes.getFloat(i * Float.BYTES);
      sum += value * value;
    }
    return Math.sqrt(sum);
  }

  /** Multiplies the mean gradient. */
  void apply(double factor) {
    if (factor < 1) {
      for (NDArray gradient : buffer.gradients().values()) {
        gradient.muli(factor);
      }
    }
  }
}
