package org.e2spark.data.augment;

/** How a pixel is made from its neighbours where a geometric change falls between pixels. */
public enum Interpolation {
  /** The nearest pixel. */
  NEAREST,
  /** Linear in both directions, over 2x2 pixels. */
  BILINEAR,
  /**
   * Cubic convolution over 4x4 pixels with a = -1, as PIL's geometric transforms (its resizing has
   * a = -1/2).
   */
  BICUBIC
}
