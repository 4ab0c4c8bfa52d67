package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;

/**
 * Normalises by the mean and the mean square of the batch at hand.
 *
 * <p>With {@code m} the channels' means over all pixels of all images, {@code f = x - m centre};
 * with {@code q} the means of {@code f^2}, {@code v = q average}; the output is {@code f / sqrt(v +
 * eps)}.
 *
 * @param centre (channels, channels): column c says what of the means is subtracted from channel c;
 *     or null for nothing
 * @param average (channels, channels): column c says which channels share the variance of channel c
 * @param samples (channels): entries a pixel of which Bessel's correction is taken; or null for no
 *     correction. With it, no gradient passes through the statistics
 * @param eps added to variances
 */
public record Moments(NDArray centre, NDArray average, NDArray samples, double eps)
    implements PlainLayer {

  @Override
  public String write(Program program, String x) {
    String f = x;
    if (centre != null) {
      String mean = mixed(program, x, program.array("centre", centre));
      f = program.let("torch.sub(%s, %s)", x, still(program, mean));
    }
    String square = program.let("torch.square(%s)", still(program, f));
    String variance = mixed(program, square, program.array("average", average));
    if (samples != null) {
      String n =
          program.let(
              "torch.mul(torch.reshape(%s, [-1, 1, 1]), torch.mul(torch.mul(torch.size(%2$s, 0),"
                  + " torch.size(%2$s, 2)), torch.size(%2$s, 3)))",
              program.array("samples", samples), x);
      variance =
          program.let(
              "torch.div(torch.mul(%1$s, %2$s), torch.clamp_min(torch.sub(%2$s, 1.), 1.))",
              variance, n);
    }
    return program.let("torch.mul(%s, torch.rsqrt(torch.add(%s, %s)))", f, variance, eps);
  }

  private String still(Program program, String statistic) {
    return samples == null ? statistic : program.let("torch.detach(%s)", statistic);
  }

  /** Means over the batch, mixed; broadcasts against images. */
  private static String mixed(Program program, String x, String matrix) {
    return program.let(
        "torch.unsqueeze(torch.unsqueeze(torch.matmul(torch.mean(%s, [0, 2, 3], False), %s), -1), -1)",
        x, matrix);
  }
}
