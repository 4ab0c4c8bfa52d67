package org.e2spark.data.augment;

import org.e2spark.data.source.ImageShape;
import org.e2spark.data.text.Text;

/**
 * Random brightness, contrast, saturation and hue, in random order.
 *
 * <p>The first three multiply by a factor uniform in {@code [max(0, 1 - v), 1 + v)}, the hue turns
 * by a part of the circle uniform in {@code [-hue, hue)}; 0 leaves each as it is.
 *
 * @param brightness at least 0
 * @param contrast at least 0
 * @param saturation at least 0
 * @param hue 0 to 0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
    implements ImageAugmentation {

  /**
   * Checks the strengths.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ColorJitter {
    if (!(brightness >= 0 && contrast >= 0 && saturation >= 0 && hue >= 0 && hue <= 0.5)) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid colour jitter: brightness %s, contrast %s, saturation %s, hue %s (at least 0, hue at most 0.5)",
              brightness, contrast, saturation, hue));
    }
  }

  @Override
  public void checkShape(ImageShape shape) {
    ColorOperations.checkShape(shape);
  }

  @Override
  public void apply(
      byte[] pixels, int from, ImageShape shape, SampleRandom random, byte[] scratch) {
    int[] order = {0, 1, 2, 3};
    for (int i = 3; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    for (int operation : order) {
      double strength = strength(operation);
      double drawn = random.nextDouble(-strength, strength);
      if (strength > 0) {
        apply(operation, pixels, from, shape, drawn);
      }
    }
  }

  private double strength(int operation) {
    return switch (operation) {
      case 0 -> brightness;
      case 1 -> contrast;
      case 2 -> saturation;
      default -> hue;
    };
  }

  private static void apply(
      int operation, byte[] pixels, int from, ImageShape shape, double drawn) {
    double factor = Math.max(0, 1 + drawn);
    switch (operation) {
      case 0 -> ColorOperations.brighten(pixels, from, shape, factor);
      case 1 -> ColorOperations.contrast(pixels, from, shape, factor);
      case 2 -> ColorOperations.saturate(pixels, from, shape, factor);
      default -> ColorOperations.turnHue(pixels, from, shape, drawn);
    }
  }
}
