package org.e2spark.nn.normalization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FormArrays;
import org.e2spark.nn.Mode;
import org.e2spark.nn.ParameterRole;
import org.e2spark.text.Text;
import org.e2spark.torch.TorchFunction;

/** Running averages of the statistics of batches, kept by a module. */
final class RunningStatistics {

  /** What the number of batches of a cumulative average is called. */
  static final String COUNT = "num_batches_tracked";

  private final BatchNormOptions options;
  private final Parameter count;

  /**
   * @param owner the module, which gets a buffer for the number of batches if that matters
   */
  RunningStatistics(EquivariantModule owner, BatchNormOptions options) {
    this.options = options;
    this.count =
        options.cumulative() ? owner.addBuffer(COUNT, new Shape(), ParameterRole.COUNTED) : null;
  }

  /** Counts a batch: the share by which it moves the averages. */
  double momentum(ParameterStore store, NDArray x, Mode mode) {
    if (count == null) {
      return options.momentum();
    }
    NDArray batches = EquivariantModule.value(store, count, x, mode);
    batches.addi(1);
    return 1 / PlainArrays.values(batches)[0];
  }

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

  /** {@code weight / sqrt(var + eps)}; without a weight, of one. */
  static NDArray scale(FormArrays arrays, NDArray var, NDArray weight, double eps) {
    String root = Text.format("torch.rsqrt(torch.add(var, %.17g))", eps);
    return weight == null
        ? arrays.derived(TorchFunction.of("var", root), var)
        : arrays.derived(
            TorchFunction.of("var, weight", "torch.mul(" + root + ", weight)"), var, weight);
  }

  /** {@code bias - mean * scale}; without a bias, of zero. */
  static NDArray shift(FormArrays arrays, NDArray mean, NDArray bias, NDArray scale) {
    String taken = "torch.mul(mean, scale)";
    return bias == null
        ? arrays.derived(TorchFunction.of("mean, scale", "torch.neg(" + taken + ")"), mean, scale)
        : arrays.derived(
            TorchFunction.of("mean, scale, bias", "torch.sub(bias, " + taken + ")"),
            mean,
            scale,
            bias);
  }
}
