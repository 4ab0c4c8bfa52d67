package org.e2spark.model;

import java.io.Serializable;

/**
 * The images that a network is made for.
 *
 * @param channels at least 1
 * @param height pixels, at least 1
 * @param width pixels, at least 1
 */
public record ImageInput(int channels, int height, int width) implements Serializable {

  /** Checks the ranges. */
  public ImageInput {
    check("channels", channels);
    check("height", height);
    check("width", width);
  }

  private static void check(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "Invalid " + what + ": " + value + " (must be at least 1)");
    }
  }

  /** As wide as high. */
  public static ImageInput square(int channels, int size) {
    return new ImageInput(channels, size, size);
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
