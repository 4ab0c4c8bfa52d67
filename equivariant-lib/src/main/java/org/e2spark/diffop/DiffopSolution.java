package org.e2spark.diffop;

import org.e2spark.kernel.AngularSolution;

/**
 * Turns the harmonics that solve the kernel constraint into harmonic polynomials, {@code cos(μφ +
 * γ)} into {@code r^|μ| cos(μφ + γ)}.
 */
final class DiffopSolution {

  private DiffopSolution() {}

  /** The symbols between two irreps, row-major (out, in). */
  static HomogeneousPolynomial[] symbols(AngularSolution solution, int inSize, int outSize) {
    boolean shifted = solution.gamma() != 0;
    HomogeneousPolynomial cosine = HomogeneousPolynomial.cosine(solution.frequency());
    HomogeneousPolynomial sine = HomogeneousPolynomial.sine(solution.frequency());
    if (inSize == 1 && outSize == 1) {
      // Scalars take the sine with a plus, other than kernels; the sign is part of what saved
      // weights mean.
      return new HomogeneousPolynomial[] {shifted ? sine : cosine};
    }
    HomogeneousPolynomial first = shifted ? sine.times(-1) : cosine;
    HomogeneousPolynomial second = shifted ? cosine : sine;
    if (inSize == 1 || outSize == 1) {
      return new HomogeneousPolynomial[] {first, second};
    }
    int sign = solution.s().orElse(0) == 1 ? -1 : 1;
    return new HomogeneousPolynomial[] {first, second.times(-sign), second, first.times(sign)};
  }
}
