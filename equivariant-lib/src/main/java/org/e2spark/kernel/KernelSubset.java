package org.e2spark.kernel;

/** Filters of the basis that have a name. */
public enum KernelSubset implements BasisFilter {
  /**
   * Kernels whose matrices are rotations times a factor, seen as complex numbers: those of harmonic
   * networks (<a href="https://arxiv.org/abs/1612.04642">Worrall et al. 2017</a>).
   */
  COMPLEX_LINEAR;

  @Override
  public boolean accepts(BasisElement element) {
    return element.s().orElse(1) == 1;
  }
}
