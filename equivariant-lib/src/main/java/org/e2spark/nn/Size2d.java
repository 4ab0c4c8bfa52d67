package org.e2spark.nn;

import ai.djl.ndarray.types.Shape;

/**
 * A height and a width in pixels.
 *
 * @param height rows
 * @param width columns
 */
public record Size2d(int height, int width) {

  /** As high as wide. */
  public static Size2d of(int size) {
    return new Size2d(size, size);
  }

  /**
   * This size, if it is not too small.
   *
   * @param what it is, for the message
   * @throws IllegalArgumentException if height or width is less than {@code minimum}
   */
  public Size2d atLeast(int minimum, String what) {
    if (height < minimum || width < minimum) {
      throw new IllegalArgumentException(
          "Invalid " + what + ": " + this + " (must be at least " + minimum + ")");
    }
    return this;
  }

  /** (height, width). */
  public Shape asShape() {
    return new Shape(height, width);
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
