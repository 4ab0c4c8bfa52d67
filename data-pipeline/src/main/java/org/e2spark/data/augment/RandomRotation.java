package org.e2spark.data.augment;

import org.e2spark.data.source.ImageShape;

/**
 * Rotation by an angle drawn uniformly from {@code [-limit, limit)}; what comes from outside is 0.
 *
 * @param limit radians, in (0, π]
 * @param interpolation how pixels are made between pixels
 */
public record RandomRotation(double limit, Interpolation interpolation)
    implements ImageAugmentation {

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if it is not in (0, π]
   */
  public RandomRotation {
    if (!(limit > 0 && limit <= Math.PI)) {
      throw new IllegalArgumentException("Invalid rotation limit: " + limit + " (in (0, pi])");
    }
  }

  /** Any angle of the circle. */
  public static RandomRotation anyAngle(Interpolation interpolation) {
    return new RandomRotation(Math.PI, interpolation);
  }

  @Override
  public void apply(
      byte[] pixels, int from, ImageShape shape, SampleRandom random, byte[] scratch) {
    System.arraycopy(pixels, from, scratch, 0, shape.size());
    new Rotation(random.nextDouble(-limit, limit), interpolation)
        .apply(scratch, 0, pixels, from, shape);
  }
}
