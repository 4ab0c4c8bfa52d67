package org.e2spark.data.augment;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.e2spark.data.source.ImageShape;

/**
 * A picture of what an augmentation does, for people to look at: a row for each image, the image
 * itself first, then as many epochs of it as fit the columns.
 *
 * @param shape of each image, 1 channel (grey) or 3 (RGB)
 * @param columns images in a row, at least 2
 */
public record AugmentationSheet(ImageShape shape, int columns) {

  private static final int GAP = 2;
  private static final int BACKGROUND = 0xffffff;

  /**
   * Checks shape and columns.
   *
   * @throws IllegalArgumentException if they are out of range
   */
  public AugmentationSheet {
    ColorOperations.checkShape(shape);
    if (columns < 2) {
      throw new IllegalArgumentException("Invalid columns: " + columns + " (at least 2)");
    }
  }

  /**
   * Writes the sheet as PNG.
   *
   * @param images CHW, unsigned bytes, each of the shape; their index is their id
   * @param seed of the augmentation
   */
  public void write(Augmentation augmentation, List<byte[]> images, long seed, OutputStream png)
      throws IOException {
    BufferedImage sheet =
        new BufferedImage(
            columns * (shape.width() + GAP) - GAP,
            images.size() * (shape.height() + GAP) - GAP,
            BufferedImage.TYPE_INT_RGB);
    int[] blank = new int[sheet.getWidth()];
    Arrays.fill(blank, BACKGROUND);
    for (int y = 0; y < sheet.getHeight(); y++) {
      sheet.setRGB(0, y, blank.length, 1, blank, 0, blank.length);
    }
    for (int row = 0; row < images.size(); row++) {
      for (int column = 0; column < columns; column++) {
        byte[] image = images.get(row).clone();
        if (column > 0) {
          augmentation.apply(image, shape, new long[] {row}, new AugmentationKey(seed, column - 1));
        }
        draw(image, sheet, column * (shape.width() + GAP), row * (shape.height() + GAP));
      }
    }
    ImageIO.write(sheet, "png", png);
  }

  private void draw(byte[] image, BufferedImage sheet, int left, int top) {
    int plane = shape.channels() == 3 ? shape.planeSize() : 0;
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        int at = y * shape.width() + x;
        int red = image[at] & 0xff;
        int green = image[at + plane] & 0xff;
        int blue = image[at + 2 * plane] & 0xff;
        sheet.setRGB(left + x, top + y, red << 16 | green << 8 | blue);
      }
    }
  }
}
