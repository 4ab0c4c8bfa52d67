package org.e2spark.diffop;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The rotation-invariant operators, powers of the Laplacian: what rings are to kernels.
 *
 * @param maximumPower highest power, at least 0; its order is twice that
 */
public record LaplaceProfile(int maximumPower) {

  /** Checks the power. */
  public LaplaceProfile {
    if (maximumPower < 0) {
      throw new IllegalArgumentException(
          "Invalid maximum power of the Laplacian: " + maximumPower + " (must be at least 0)");
    }
  }

  /** The operators, by growing power. */
  public List<HomogeneousPolynomial> powers() {
    return IntStream.rangeClosed(0, maximumPower)
        .mapToObj(HomogeneousPolynomial::laplacian)
        .toList();
  }
}
