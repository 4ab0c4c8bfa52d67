package org.e2spark.kernel;

import java.io.Serializable;
import java.util.Objects;

/**
 * The highest angular frequency allowed on a ring: what a grid cannot sample without aliasing is
 * left out of the basis.
 *
 * <p>"Ring" is a circle of pixels around the centre of the kernel; "border" is the one that touches
 * the edge of the grid.
 */
public sealed interface FrequencyCutoff extends Serializable {

  /**
   * The highest frequency at a ring.
   *
   * @param radius radius of the ring, pixels
   * @param border radius of the ring at the border of an undilated kernel, pixels
   */
  double at(double radius, double border);

  /** The built-in policies, which the reference spells -1, -2 and -3. */
  enum Policy implements FrequencyCutoff {
    /**
     * 0 at the centre, 2 at the border, elsewhere 2r for odd r and 2r - 1 for even r. The default.
     */
    STANDARD {
      @Override
      public double at(double radius, double border) {
        return limited(radius, border, 2);
      }
    },
    /** As STANDARD, but 1 at the border. */
    STRICT_BORDER {
      @Override
      public double at(double radius, double border) {
        return limited(radius, border, 1);
      }
    },
    /** 0 at the centre, 1 at the border, 2 elsewhere. */
    LOW {
      @Override
      public double at(double radius, double border) {
        if (radius == 0) {
          return 0;
        }
        return radius == border ? 1 : 2;
      }
    };

    private static double limited(double radius, double border, int atBorder) {
      if (radius == 0) {
        return 0;
      }
      return Math.min(2 * radius, radius == border ? atBorder : 2 * radius - (radius + 1) % 2);
    }
  }

  /**
   * {@code factor · r}.
   *
   * @param factor frequencies per pixel of radius, at least 0
   */
  record Proportional(double factor) implements FrequencyCutoff {

    /** Checks the factor. */
    public Proportional {
      if (!(factor >= 0)) {
        throw new IllegalArgumentException(
            "Invalid frequency cutoff: "
                + factor
                + " (must be at least 0 per pixel; see FrequencyCutoff.Policy)");
      }
    }

    @Override
    public double at(double radius, double border) {
      return factor * radius;
    }
  }

  /**
   * Any function of the radius.
   *
   * @param function from radius in pixels to the highest frequency
   */
  record Custom(RadiusFunction function) implements FrequencyCutoff {

    /** Checks that there is one. */
    public Custom {
      Objects.requireNonNull(function, "function");
    }

    @Override
    public double at(double radius, double border) {
      return function.applyAsDouble(radius);
    }
  }

  /** A function of the radius that can be sent to another process. */
  @FunctionalInterface
  interface RadiusFunction extends java.util.function.DoubleUnaryOperator, Serializable {}

  /**
   * The reference's spelling: -1, -2, -3 are the policies, anything else is a factor of the radius.
   */
  static FrequencyCutoff of(double value) {
    if (value == -1) {
      return Policy.STANDARD;
    }
    if (value == -2) {
      return Policy.STRICT_BORDER;
    }
    return value == -3 ? Policy.LOW : new Proportional(value);
  }

  /** Any function of the radius. */
  static FrequencyCutoff of(RadiusFunction function) {
    return new Custom(function);
  }
}
