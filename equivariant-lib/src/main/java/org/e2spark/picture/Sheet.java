package org.e2spark.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures in rows and columns, as one. */
public final class Sheet {

  private static final int GAP = 4;

  private Sheet() {}

  /**
   * Puts pictures into cells as large as the largest of them.
   *
   * @param rows of pictures from left to right; rows may be of different lengths
   */
  public static BufferedImage of(List<List<BufferedImage>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int width =
        GAP + rows.stream().flatMap(List::stream).mapToInt(b -> b.getWidth()).max().orElse(0);
    int height =
        GAP + rows.stream().flatMap(List::stream).mapToInt(b -> b.getHeight()).max().orElse(0);
    var sheet =
        new BufferedImage(
            columns * width + GAP, rows.size() * height + GAP, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.LIGHT_GRAY);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < rows.get(row).size(); column++) {
        graphics.drawImage(
            rows.get(row).get(column), GAP + column * width, GAP + row * height, null);
      }
    }
    graphics.dispose();
    return sheet;
  }

  /** Writes a picture as PNG. */
  public static void write(BufferedImage picture, Path file) throws IOException {
    if (!ImageIO.write(picture, "png", file.toFile())) {
      throw new IOException("This Java cannot write PNG files: " + file);
    }
  }
}
