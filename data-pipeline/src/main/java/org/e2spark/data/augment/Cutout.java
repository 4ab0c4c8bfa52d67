package org.e2spark.data.augment;

import java.util.Arrays;
import org.e2spark.data.source.ImageShape;

/**
 * A square of zeros whose centre is uniform over the image; what of it lies outside is cut off.
 *
 * @param size side of the square in pixels, even, at least 2
 * @see <a href="https://arxiv.org/abs/1708.04552">DeVries, Taylor: Improved regularization of
 *     convolutional neural networks with Cutout (2017)</a>
 */
public record Cutout(int size) implements ImageAugmentation {

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if it is odd or below 2
   */
  public Cutout {
    if (size < 2 || size % 2 != 0) {
      throw new IllegalArgumentException("Invalid Cutout size: " + size + " (even, at least 2)");
    }
  }

  @Override
  public void apply(
      byte[] pixels, int from, ImageShape shape, SampleRandom random, byte[] scratch) {
    int y = random.nextInt(shape.height());
    int x = random.nextInt(shape.width());
    cut(pixels, from, shape, y, x);
  }

  void cut(byte[] pixels, int from, ImageShape shape, int centreY, int centreX) {
    int top = Math.max(0, centreY - size / 2);
    int bottom = Math.min(shape.height(), centreY + size / 2);
    int left = Math.max(0, centreX - size / 2);
    int right = Math.min(shape.width(), centreX + size / 2);
    for (int c = 0; c < shape.channels(); c++) {
      int plane = from + c * shape.planeSize();
      for (int y = top; y < bottom; y++) {
        int row = plane + y * shape.width();
        Arrays.fill(pixels, row + left, row + right, (byte) 0);
      }
    }
  }
}
