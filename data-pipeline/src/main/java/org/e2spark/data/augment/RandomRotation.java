package org.e2spark.data.augment;

import org.e2spark.data.source.ImageShape;

/**
 * Rotation by an angle drawn uniformly from {@code [-limit, limit)}; what comes from outside is 0.
 *
 * @param limit radians, in (0, π]
 * @param interpolation how pixels are made between pixels
 */
public record RandomRotation(double limit, Interpolation interpolation) implements Augmentation {

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
  public void apply(byte[] pixels, ImageShape shape, long[] ids, AugmentationKey key) {
    Batches.check(pixels, shape, ids);
    byte[] image = new byte[shape.size()];
    for (int i = 0; i < ids.length; i++) {
      int from = i * shape.size();
      System.arraycopy(pixels, from, image, 0, image.length);
      new Rotation(key.forSample(ids[i]).nextDouble(-limit, limit), interpolation)
          .apply(image, 0, pixels, from, shape);
    }
  }
}
