package org.e2spark.nn.normalization;

/**
 * How a normalisation of single samples behaves.
 *
 * @param eps added to variances, positive
 * @param scaling whether a scale of each field and a shift of each trivial irrep are learnt
 */
public record FieldNormOptions(double eps, BatchNormOptions.Scaling scaling) {

  /** {@code eps} 1e-5, scale and shift learnt. */
  public static final FieldNormOptions DEFAULT =
      new FieldNormOptions(1e-5, BatchNormOptions.Scaling.LEARNT);

  public FieldNormOptions {
    if (!(eps > 0)) {
      throw new IllegalArgumentException("Invalid eps: " + eps + " (must be positive)");
    }
  }

  boolean affine() {
    return scaling == BatchNormOptions.Scaling.LEARNT;
  }
}
