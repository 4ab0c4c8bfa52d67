package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;

/**
 * Normalises by the mean and variance of the batch at hand, as a network without remembered
 * statistics does; each run of {@code size} neighbouring channels shares them.
 *
 * @param fields the number of runs
 * @param size the channels of each
 * @param weight (fields), or null; then the bias must be null too
 * @param bias (fields), or null
 * @param eps added to variances
 */
public record BatchNormalization(int fields, int size, NDArray weight, NDArray bias, double eps)
    implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    String runs = size == 1 ? x : program.let("torch.unflatten(%s, 1, [%d, %d])", x, fields, size);
    String normalized =
        program.let(
            "torch.batch_norm(%s, %s, %s, None, None, True, 0., %s, True)",
            runs, program.array("weight", weight), program.array("bias", bias), eps);
    return size == 1 ? normalized : program.let("torch.flatten(%s, 1, 2)", normalized);
  }
}
