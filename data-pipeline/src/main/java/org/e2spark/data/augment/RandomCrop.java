package org.e2spark.data.augment;

import java.util.Arrays;
import org.e2spark.data.source.ImageShape;
import org.e2spark.data.text.Text;

/**
 * A crop of the image's own size, at a uniform place of the image padded with zeros all round.
 *
 * @param padding pixels on each side, at least 1
 */
public record RandomCrop(int padding) implements ImageAugmentation {

  /**
   * Checks the padding.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public RandomCrop {
    if (padding < 1) {
      throw new IllegalArgumentException("Invalid padding: " + padding + " (must be at least 1)");
    }
  }

  @Override
  public void checkShape(ImageShape shape) {
    if (padding >= Math.min(shape.height(), shape.width())) {
      throw new IllegalArgumentException(
          Text.format("Invalid padding: %d (must be below both sides of %s)", padding, shape));
    }
  }

  @Override
  public void apply(
      byte[] pixels, int from, ImageShape shape, SampleRandom random, byte[] scratch) {
    int down = random.nextInt(2 * padding + 1) - padding;
    int right = random.nextInt(2 * padding + 1) - padding;
    crop(pixels, from, shape, down, right, scratch);
  }

  /** Crops {@code down} rows below and {@code right} columns beside the image's own corner. */
  static void crop(byte[] pixels, int from, ImageShape shape, int down, int right, byte[] scratch) {
    int width = shape.width();
    int height = shape.height();
    System.arraycopy(pixels, from, scratch, 0, shape.size());
    Arrays.fill(pixels, from, from + shape.size(), (byte) 0);
    int firstRow = Math.max(0, -down);
    int lastRow = Math.min(height, height - down);
    int firstColumn = Math.max(0, -right);
    int columns = width - Math.abs(right);
    for (int c = 0; c < shape.channels(); c++) {
      int plane = c * shape.planeSize();
      for (int y = firstRow; y < lastRow; y++) {
        int source = plane + (y + down) * width + firstColumn + right;
        System.arraycopy(scratch, source, pixels, from + plane + y * width + firstColumn, columns);
      }
    }
  }
}
