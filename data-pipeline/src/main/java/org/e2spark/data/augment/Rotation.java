package org.e2spark.data.augment;

import org.e2spark.data.source.ImageShape;
import org.e2spark.data.text.Text;

/**
 * Rotation of images by any angle around their centre, counter-clockwise as seen (y up).
 *
 * <p>What comes from outside the image is 0. Results are rounded to the nearest byte and are the
 * same bits on every JVM. By multiples of a quarter turn a square image is permuted exactly,
 * whatever the interpolation.
 *
 * @param radians finite
 * @param interpolation how pixels are made between pixels
 */
public record Rotation(double radians, Interpolation interpolation) {

  private static final double QUARTER = Math.PI / 2;

  /**
   * How near a multiple of a quarter turn must be to be taken for it: far below a pixel's share.
   */
  private static final double SNAP = 1e-12;

  /**
   * Checks the angle.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  public Rotation {
    if (!Double.isFinite(radians)) {
      throw new IllegalArgumentException(
          "Invalid rotation angle: " + radians + " (must be finite)");
    }
  }

  /** A rotation by degrees; multiples of 90 are exact. */
  public static Rotation ofDegrees(double degrees, Interpolation interpolation) {
    return new Rotation(StrictMath.toRadians(degrees % 360), interpolation);
  }

  /**
   * Returns the rotated image.
   *
   * @param image CHW, unsigned bytes
   * @param shape its shape
   */
  public byte[] apply(byte[] image, ImageShape shape) {
    byte[] out = new byte[shape.size()];
    apply(image, 0, out, 0, shape);
    return out;
  }

  /**
   * Rotates one image of an array into another array.
   *
   * @param in holds the image from {@code inFrom}
   * @param out receives the image from {@code outFrom}; must be another array
   * @param shape the image's shape
   * @throws IllegalArgumentException if the arrays are one, or too short
   */
  public void apply(byte[] in, int inFrom, byte[] out, int outFrom, ImageShape shape) {
    checkRange(in, inFrom, shape);
    checkRange(out, outFrom, shape);
    if (in == out) {
      throw new IllegalArgumentException("Rotation needs an output array of its own");
    }
    sampler(shape).sample(in, inFrom, out, outFrom, shape.channels(), interpolation, 0.5, (byte) 0);
  }

  private static void checkRange(byte[] array, int from, ImageShape shape) {
    if (from < 0 || from > array.length - shape.size()) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid offset: %d (an image of %d bytes in an array of %d)",
              from, shape.size(), array.length));
    }
  }

  AffineSampler sampler(ImageShape shape) {
    double cos = cos();
    double sin = sin();
    double centreX = shape.width() / 2.0;
    double centreY = shape.height() / 2.0;
    // An output pixel looks back along the inverse turn; rows run downwards, hence the signs.
    double c = centreX + (sin * centreY - cos * centreX);
    double f = centreY - (sin * centreX + cos * centreY);
    return new AffineSampler(cos, -sin, c, sin, cos, f, shape.width(), shape.height());
  }

  private double cos() {
    int quarter = exactQuarter();
    return quarter < 0 ? StrictMath.cos(radians) : new double[] {1, 0, -1, 0}[quarter];
  }

  private double sin() {
    int quarter = exactQuarter();
    return quarter < 0 ? StrictMath.sin(radians) : new double[] {0, 1, 0, -1}[quarter];
  }

  /** The number of quarter turns, 0 to 3, or -1 if the angle is between them. */
  private int exactQuarter() {
    double turns = StrictMath.rint(radians / QUARTER);
    return Math.abs(radians - turns * QUARTER) < SNAP ? Math.floorMod((long) turns, 4) : -1;
  }
}
