package org.e2spark.kernel;

/** The rings of kernels. */
public final class Rings {

  private Rings() {}

  /** The radius of a kernel's ring. */
  public static double radius(BasisElement element) {
    return ring(element).radius();
  }

  /** The width of a kernel's ring. */
  static double sigma(BasisElement element) {
    return ring(element).sigma();
  }

  private static BasisElement.Ring ring(BasisElement element) {
    return (BasisElement.Ring) element.radial();
  }
}
