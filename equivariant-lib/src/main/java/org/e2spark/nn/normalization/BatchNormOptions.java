package org.e2spark.nn.normalization;

/**
 * How a batch normalisation behaves.
 *
 * @param eps added to variances, positive
 * @param momentum the share by which running statistics move towards those of each batch, in [0,
 *     1]; without effect on {@link Statistics#CUMULATIVE}
 * @param scaling whether a scale and shift are learnt
 * @param statistics where the statistics of evaluation come from
 */
public record BatchNormOptions(
    double eps, double momentum, Scaling scaling, Statistics statistics) {

  /** Whether a scale and shift are learnt. */
  public enum Scaling {
    LEARNT,
    NONE
  }

  /** Where the statistics of evaluation come from. */
  public enum Statistics {
    /** A running average over training batches, in which later ones count more. */
    RUNNING,
    /**
     * The average over all training batches, of which {@code num_batches_tracked} are counted:
     * PyTorch's {@code momentum=None}.
     */
    CUMULATIVE,
    /** The batch at hand, as in training. */
    BATCH
  }

  /** {@code eps} 1e-5, momentum 0.1, scale and shift learnt, running statistics kept. */
  public static final BatchNormOptions DEFAULT =
      new BatchNormOptions(1e-5, 0.1, Scaling.LEARNT, Statistics.RUNNING);

  public BatchNormOptions {
    if (!(eps > 0)) {
      throw new IllegalArgumentException("Invalid eps: " + eps + " (must be positive)");
    }
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException("Invalid momentum: " + momentum + " (must be in [0, 1])");
    }
  }

  /** These options with another {@code eps}. */
  public BatchNormOptions withEps(double value) {
    return new BatchNormOptions(value, momentum, scaling, statistics);
  }

  /** These options with another momentum. */
  public BatchNormOptions withMomentum(double value) {
    return new BatchNormOptions(eps, value, scaling, statistics);
  }

  /** These options with or without a learnt scale and shift. */
  public BatchNormOptions withScaling(Scaling value) {
    return new BatchNormOptions(eps, momentum, value, statistics);
  }

  /** These options with statistics from elsewhere. */
  public BatchNormOptions withStatistics(Statistics value) {
    return new BatchNormOptions(eps, momentum, scaling, value);
  }

  boolean affine() {
    return scaling == Scaling.LEARNT;
  }

  boolean tracked() {
    return statistics != Statistics.BATCH;
  }

  boolean cumulative() {
    return statistics == Statistics.CUMULATIVE;
  }
}
