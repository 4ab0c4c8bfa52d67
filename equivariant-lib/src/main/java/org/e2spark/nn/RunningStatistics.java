package org.e2spark.nn;

import ai.djl.ndarray.NDArray;

/** Running averages of statistics of batches. */
final class RunningStatistics {

  private RunningStatistics() {}

  /**
   * Moves the running value towards that of a batch; no gradient passes.
   *
   * @param running written to
   * @param batch as many values
   * @param momentum the share by which it moves
   * @param correction what the batch's values are multiplied by
   */
  static void update(NDArray running, NDArray batch, double momentum, double correction) {
    try (NDArray still = batch.stopGradient();
        NDArray shaped = still.reshape(running.getShape());
        NDArray step = shaped.mul(momentum * correction)) {
      running.muli(1 - momentum).addi(step);
    }
  }

  /** Bessel's correction of a variance: n / (n - 1), or 1 for a single sample. */
  static double bessel(long samples) {
    return samples > 1 ? (double) samples / (samples - 1) : 1;
  }
}
