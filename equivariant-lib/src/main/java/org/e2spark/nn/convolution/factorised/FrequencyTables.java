package org.e2spark.nn.convolution.factorised;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.group.Irrep;
import org.e2spark.nn.Size2d;

/**
 * The equivariant maps over spatial frequencies. A two-dimensional field is a complex image {@code
 * a + i b}; a map multiplies its Fourier transform, or that of its conjugate, by a complex number a
 * frequency. One-dimensional fields are complex images without imaginary part, of which the real
 * part of results counts.
 *
 * <p>The period leaves room for what the kernel reads beyond the image, at one end only: there it
 * wraps around to the same zeros. Inputs that stand apart, as those of a transposed convolution
 * with a stride, have zeros between them.
 *
 * @param plan what multiplies what
 * @param window how kernels move
 */
record FrequencyTables(MixingPlan plan, KernelWindow window) {

  private static final double VANISHING = 1e-12;

  /**
   * A complex image that maps read.
   *
   * @param irrep of the input
   * @param conjugated whether it is {@code a - i b}
   */
  record Source(Irrep irrep, boolean conjugated) {}

  /**
   * Maps of one target that read one source.
   *
   * @param first the first of them
   * @param count how many
   */
  record Group(Source source, int first, int count) {}

  /** Whether every map between two-dimensional irreps is complex linear or antilinear. */
  static boolean applies(MixingPlan plan) {
    return plan.targets().stream()
        .flatMap(target -> target.maps().stream())
        .allMatch(map -> map.in().size() == 1 || map.out().size() == 1 || sign(map) != 0);
  }

  /** 1 for a complex linear map, -1 for an antilinear one, 0 for neither. */
  private static int sign(EquivariantMap map) {
    double linear = 0;
    double antilinear = 0;
    for (int p = 0; p < map.points(); p++) {
      double a = map.entry(0, 0)[p];
      double b = map.entry(0, 1)[p];
      double c = map.entry(1, 0)[p];
      double d = map.entry(1, 1)[p];
      linear += Math.abs(a - d) + Math.abs(b + c);
      antilinear += Math.abs(a + d) + Math.abs(b - c);
    }
    return linear < VANISHING ? 1 : antilinear < VANISHING ? -1 : 0;
  }

  private static Source source(EquivariantMap map) {
    boolean both = map.in().size() == 2 && map.out().size() == 2;
    return new Source(map.in(), both && sign(map) < 0);
  }

  /** The complex images that maps read. */
  List<Source> sources() {
    return plan.targets().stream()
        .flatMap(target -> target.maps().stream())
        .map(FrequencyTables::source)
        .distinct()
        .toList();
  }

  /** The groups of a target's maps. */
  static List<Group> groups(MixingPlan.Target target) {
    List<Group> groups = new ArrayList<>();
    for (int e = 0; e < target.maps().size(); e++) {
      Source source = source(target.maps().get(e));
      Group last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
      if (last != null && last.source().equals(source)) {
        groups.set(groups.size() - 1, new Group(source, last.first(), last.count() + 1));
      } else {
        groups.add(new Group(source, e, 1));
      }
    }
    return groups;
  }

  /** The period along each axis. */
  Size2d period() {
    return window.period();
  }

  /** Frequencies of both axes. */
  int frequencies() {
    return period().height() * period().width();
  }

  /** A map over the frequencies, real and imaginary parts side by side. */
  double[] transfer(EquivariantMap map) {
    double[] real = map.entry(0, 0);
    double[] imaginary = new double[real.length];
    if (map.out().size() == 2) {
      imaginary = map.entry(1, 0);
    } else if (map.in().size() == 2) {
      imaginary = map.entry(0, 1);
      for (int p = 0; p < imaginary.length; p++) {
        imaginary[p] = -imaginary[p];
      }
    }
    int k = window.kernelSize();
    Size2d period = period();
    double[] vertical = phases(period.height(), k, window.kernelStep(), 1);
    double[] horizontal = phases(period.width(), k, window.kernelStep(), 1);
    // Along rows first: (k, periods) complex.
    double[] rows = new double[k * period.width() * 2];
    for (int y = 0; y < k; y++) {
      for (int f = 0; f < period.width(); f++) {
        for (int x = 0; x < k; x++) {
          accumulate(
              rows,
              y * period.width() + f,
              real[y * k + x],
              imaginary[y * k + x],
              horizontal,
              f * k + x);
        }
      }
    }
    double[] transfer = new double[frequencies() * 2];
    for (int g = 0; g < period.height(); g++) {
      for (int y = 0; y < k; y++) {
        for (int f = 0; f < period.width(); f++) {
          int from = y * period.width() + f;
          accumulate(
              transfer,
              g * period.width() + f,
              rows[2 * from],
              rows[2 * from + 1],
              vertical,
              g * k + y);
        }
      }
    }
    return transfer;
  }

  private static void accumulate(
      double[] into, int at, double real, double imaginary, double[] phases, int phase) {
    into[2 * at] += real * phases[2 * phase] - imaginary * phases[2 * phase + 1];
    into[2 * at + 1] += real * phases[2 * phase + 1] + imaginary * phases[2 * phase];
  }

  /** {@code exp(sign 2πi f step t / period)}: (period, count) complex. */
  private static double[] phases(int period, int count, int step, int sign) {
    double[] phases = new double[period * count * 2];
    for (int f = 0; f < period; f++) {
      for (int t = 0; t < count; t++) {
        double angle = sign * 2 * Math.PI * Math.floorMod((long) f * step * t, period) / period;
        phases[2 * (f * count + t)] = Math.cos(angle);
        phases[2 * (f * count + t) + 1] = Math.sin(angle);
      }
    }
    return phases;
  }

  /** The Fourier transform along an axis of the input, at its places: (period, size) complex. */
  static double[] analysis(int period, int size, int step) {
    return phases(period, size, step, -1);
  }

  /**
   * The Fourier synthesis of an axis of the output at the places where kernels stand, {@code
   * exp(2πi f (step o + first) / period) / period}: (period, outputs) complex.
   */
  static double[] synthesis(int period, int outputs, int step, int first) {
    double[] phases = new double[period * outputs * 2];
    for (int f = 0; f < period; f++) {
      for (int o = 0; o < outputs; o++) {
        long place = (long) f * ((long) step * o + first);
        double angle = 2 * Math.PI * Math.floorMod(place, period) / period;
        phases[2 * (f * outputs + o)] = Math.cos(angle) / period;
        phases[2 * (f * outputs + o) + 1] = Math.sin(angle) / period;
      }
    }
    return phases;
  }
}
