package org.e2spark.data.augment;

import org.e2spark.data.source.ImageShape;

/**
 * A mirror image, for half of the samples.
 *
 * @param direction which sides change places
 */
public record RandomFlip(Direction direction) implements ImageAugmentation {

  /** Which sides change places. */
  public enum Direction {
    /** Left and right. */
    HORIZONTAL,
    /** Top and bottom. */
    VERTICAL
  }

  /** Left and right change places. */
  public static RandomFlip horizontal() {
    return new RandomFlip(Direction.HORIZONTAL);
  }

  /** Top and bottom change places. */
  public static RandomFlip vertical() {
    return new RandomFlip(Direction.VERTICAL);
  }

  @Override
  public void apply(
      byte[] pixels, int from, ImageShape shape, SampleRandom random, byte[] scratch) {
    if (random.nextTrial(0.5)) {
      flip(pixels, from, shape, direction);
    }
  }

  /** Mirrors one image in place. */
  static void flip(byte[] pixels, int from, ImageShape shape, Direction direction) {
    int width = shape.width();
    int height = shape.height();
    if (direction == Direction.HORIZONTAL) {
      for (int row = from; row < from + shape.size(); row += width) {
        for (int left = row, right = row + width - 1; left < right; left++, right--) {
          byte swapped = pixels[left];
          pixels[left] = pixels[right];
          pixels[right] = swapped;
        }
      }
      return;
    }
    for (int c = 0; c < shape.channels(); c++) {
      int plane = from + c * shape.planeSize();
      for (int y = 0; y < height / 2; y++) {
        int top = plane + y * width;
        int bottom = plane + (height - 1 - y) * width;
        for (int x = 0; x < width; x++) {
          byte swapped = pixels[top + x];
          pixels[top + x] = pixels[bottom + x];
          pixels[bottom + x] = swapped;
        }
      }
    }
  }
}
