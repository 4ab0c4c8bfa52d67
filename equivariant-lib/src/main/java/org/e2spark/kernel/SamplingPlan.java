package org.e2spark.kernel;

import java.util.Arrays;
import org.e2spark.text.Text;

/**
 * Where a basis is sampled, and which rings and frequencies it has: {@link KernelOptions} with
 * every default filled in.
 *
 * @param grid the points
 * @param rings radii, pixels
 * @param sigmas widths, pixels, one per ring
 * @param cutoffs highest frequency, one per ring
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, only carried
record SamplingPlan(PixelGrid grid, double[] rings, double[] sigmas, double[] cutoffs) {

  private static final double SIGMA = 0.6;
  private static final double SIGMA_OUTERMOST = 0.4;
  private static final double SIGMA_CENTRE = 0.005;

  /** Norm of a kernel that counts as zero. */
  private static final double VANISHING = 1e-6;

  static SamplingPlan of(KernelOptions options, PixelGrid grid) {
    double[] rings = rings(options);
    return new SamplingPlan(grid, rings, sigmas(options, rings), cutoffs(options, rings));
  }

  static double[] rings(KernelOptions options) {
    if (options.rings() != null) {
      return options.rings().stream().mapToDouble(Double::doubleValue).toArray();
    }
    // No pixel lies on the only ring that the rule for other sizes gives a 2 x 2 kernel, the
    // centre.
    return isThroughCorners(options)
        ? new double[] {Math.sqrt(0.5) * options.dilation()}
        : rings((options.kernelSize() + 1) / 2, options.dilation());
  }

  static double[] cutoffs(KernelOptions options, double[] rings) {
    double border = Math.floor(options.kernelSize() / 2.0);
    // Four pixels sample frequencies as well as the outermost ring of a larger kernel does.
    boolean atBorder =
        isThroughCorners(options) && options.frequenciesCutoff() instanceof FrequencyCutoff.Policy;
    return Arrays.stream(rings)
        .map(ring -> options.frequenciesCutoff().at(atBorder ? border : ring, border))
        .toArray();
  }

  /** Whether the one default ring of a 2 x 2 kernel goes through its four pixels. */
  static boolean isThroughCorners(KernelOptions options) {
    return options.rings() == null && options.kernelSize() == 2 && !reachesCorners(options);
  }

  /**
   * Whether the centre's profile is wide enough for the four pixels of a 2 x 2 kernel, so that the
   * rule for other sizes leaves a basis.
   */
  private static boolean reachesCorners(KernelOptions options) {
    double sigma = options.sigma().isEmpty() ? SIGMA_CENTRE : options.sigma().get(0);
    double distance = Math.sqrt(0.5) * options.dilation() / sigma;
    return 2 * Math.exp(-0.5 * distance * distance) >= VANISHING;
  }

  static double[] rings(int count, int distance) {
    double[] rings = new double[count];
    Arrays.setAll(rings, i -> (double) i * distance);
    return rings;
  }

  private static double[] sigmas(KernelOptions options, double[] rings) {
    double[] sigmas = new double[rings.length];
    if (options.sigma().size() == 1) {
      Arrays.fill(sigmas, options.sigma().get(0));
    } else if (options.sigma().isEmpty()) {
      for (int i = 0; i < rings.length; i++) {
        sigmas[i] = rings[i] == 0 ? SIGMA_CENTRE : i == rings.length - 1 ? SIGMA_OUTERMOST : SIGMA;
      }
    } else if (options.sigma().size() == rings.length) {
      Arrays.setAll(sigmas, options.sigma()::get);
    } else {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid sigmas: %d for %d rings (must be none, one, or one per ring)",
              options.sigma().size(), rings.length));
    }
    return sigmas;
  }

  int points() {
    return grid.points();
  }

  /** The frequency up to which the solutions of finite groups are listed. */
  int maximumFrequency() {
    int highest = (int) Arrays.stream(cutoffs).max().orElse(0);
    if (highest < 0) {
      throw new IllegalArgumentException(
          "Invalid frequency cutoff: at most "
              + highest
              + " on every ring (must be at least 0 on one)");
    }
    return highest;
  }

  /** Value of a ring's Gaussian profile at every point. */
  double[] profile(int ring) {
    double[] values = new double[points()];
    for (int p = 0; p < values.length; p++) {
      double distance = rings[ring] - grid.radius(p);
      values[p] = Math.exp(-0.5 * distance * distance / (sigmas[ring] * sigmas[ring]));
    }
    return values;
  }

  /** Angle of every point; NaN at the origin, which has none. */
  double[] angles() {
    double[] angles = new double[points()];
    for (int p = 0; p < angles.length; p++) {
      boolean origin = grid.radius(p) < 1e-9;
      angles[p] = origin ? Double.NaN : Math.atan2(grid.y(p), grid.x(p));
    }
    return angles;
  }
}
