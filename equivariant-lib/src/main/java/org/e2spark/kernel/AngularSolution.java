package org.e2spark.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.e2spark.group.Group;
import org.e2spark.group.Irrep;
import org.e2spark.group.Representation;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;

/**
 * One harmonic that solves the kernel constraint between two irreps: {@code K(φ)}, a matrix (out,
 * in) of cosines and sines of {@code frequency · φ + gamma}.
 *
 * <p>Weiler and Cesa (2019), tables 8 to 13: two-dimensional irreps of frequencies m (out) and n
 * (in) allow {@code m ± n}, and for N rotations every frequency that many multiples of N away;
 * reflections fix the phase.
 *
 * @param frequency μ
 * @param gamma phase, 0 or π/2
 * @param s 0 or 1 for pairs of two-dimensional irreps, empty otherwise
 * @param offset multiples of N in the frequency
 */
public record AngularSolution(int frequency, double gamma, OptionalInt s, int offset) {

  private static final double QUARTER = Math.PI / 2;

  /**
   * The solutions between two irreps of the space's group, in the order of saved weights; none if
   * the pair has no kernel.
   */
  public static List<AngularSolution> of(
      GSpace space, Irrep in, Irrep out, int maximumFrequency, Integer maximumOffset) {
    if (space instanceof Flip2dOnR2) {
      return ofFlip(in, out, maximumFrequency, maximumOffset);
    }
    Offsets offsets = new Offsets(space.fiberGroup(), maximumFrequency, maximumOffset);
    boolean reflections = space.fiberGroup().hasReflections();
    List<AngularSolution> solutions = new ArrayList<>();
    int m = out.frequency();
    int n = in.frequency();
    if (in.size() == 2 && out.size() == 2) {
      for (double gamma : reflections ? new double[] {0} : new double[] {0, QUARTER}) {
        offsets.addTo(solutions, m - n, gamma, OptionalInt.of(0), false);
        offsets.addTo(solutions, m + n, gamma, OptionalInt.of(1), false);
      }
    } else {
      double[] gammas = {0, QUARTER};
      if (reflections) {
        int sine =
            in.size() == 2
                ? out.flipFrequency()
                : out.size() == 2
                    ? in.flipFrequency()
                    : (in.flipFrequency() + out.flipFrequency()) % 2;
        gammas = new double[] {sine * QUARTER};
      }
      boolean scalar = in.size() == 1 && out.size() == 1;
      for (double gamma : gammas) {
        offsets.addTo(solutions, scalar ? m - n : m + n, gamma, OptionalInt.empty(), scalar);
      }
    }
    return solutions;
  }

  /** The lowest frequency of a kernel between two representations, or none if there is none. */
  public static OptionalInt lowestFrequency(GSpace space, Representation in, Representation out) {
    // Frequencies of finite groups repeat with their order.
    int everyFrequency = 2 * Math.max(1, space.fiberGroup().rotations());
    return in.irreps().stream()
        .distinct()
        .flatMap(i -> out.irreps().stream().distinct().map(o -> List.of(i, o)))
        .flatMap(pair -> of(space, pair.get(0), pair.get(1), everyFrequency, null).stream())
        .mapToInt(solution -> Math.abs(solution.frequency()))
        .min();
  }

  /** The angle from which a space's solutions count: its axis of reflection. */
  public static double axis(GSpace space) {
    if (space instanceof Flip2dOnR2 flip) {
      return flip.axis();
    }
    return space instanceof FlipRot2dOnR2 both ? both.axis() : 0;
  }

  private static List<AngularSolution> ofFlip(
      Irrep in, Irrep out, int maximumFrequency, Integer maximumOffset) {
    double gamma = (in.frequency() + out.frequency()) % 2 * QUARTER;
    int highest =
        maximumOffset == null ? maximumFrequency : Math.min(maximumFrequency, maximumOffset);
    List<AngularSolution> solutions = new ArrayList<>();
    for (int frequency = gamma == 0 ? 0 : 1; frequency <= highest; frequency++) {
      solutions.add(new AngularSolution(frequency, gamma, OptionalInt.empty(), frequency));
    }
    return solutions;
  }

  /** Which frequencies {@code base + tN} are within the limits. */
  private record Offsets(Group group, int maximumFrequency, Integer maximumOffset) {

    void addTo(
        List<AngularSolution> solutions,
        int base,
        double gamma,
        OptionalInt s,
        boolean nonNegative) {
      int n = group.rotations();
      int first = 0;
      int last = 0;
      // Continuous groups have one frequency only; the cutoff of each ring decides about it.
      if (n > 0) {
        int lowest = nonNegative ? 0 : -maximumFrequency;
        first = -Math.floorDiv(base - lowest, n);
        last = Math.floorDiv(maximumFrequency - base, n);
        if (maximumOffset != null) {
          first = Math.max(first, -maximumOffset);
          last = Math.min(last, maximumOffset);
        }
      }
      for (int t = first; t <= last; t++) {
        int frequency = base + t * Math.max(n, 0);
        boolean vanishes = nonNegative && frequency == 0 && gamma != 0;
        if (!vanishes) {
          solutions.add(new AngularSolution(frequency, gamma, s, t));
        }
      }
    }
  }

  /**
   * Adds {@code weight · K(φ)} to a matrix.
   *
   * @param angle φ minus the axis, radians; NaN at the origin, where only frequency 0 is continuous
   * @param into row-major (out, in) matrices, one per point: entry (o, i) of point p at {@code
   *     start + (o · inSize + i) · stride + p}
   */
  void sample(
      double angle, double weight, int outSize, int inSize, double[] into, int start, int stride) {
    if (Double.isNaN(angle) && frequency != 0) {
      return;
    }
    double argument = Double.isNaN(angle) ? gamma : frequency * angle + gamma;
    double cosine = weight * Math.cos(argument);
    if (outSize == 1 && inSize == 1) {
      into[start] += cosine;
      return;
    }
    double sine = weight * Math.sin(argument);
    if (outSize == 1 || inSize == 1) {
      into[start] += cosine;
      into[start + stride] += sine;
      return;
    }
    int sign = s.orElse(0) == 1 ? -1 : 1;
    into[start] += cosine;
    into[start + stride] -= sign * sine;
    into[start + 2 * stride] += sine;
    into[start + 3 * stride] += sign * cosine;
  }
}
