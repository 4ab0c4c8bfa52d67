package org.e2spark.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import org.e2spark.picture.FieldParts.Arrows;

/** Draws numbers over the plane. */
public final class FieldPicture {

  private static final double SMALLEST = 1e-9;
  private static final double ARROW = 1.2;

  private FieldPicture() {}

  /**
   * Shades: red above zero, blue below, white at it.
   *
   * @param values (height, width), in row-major order
   * @param width columns
   * @param zoom pixels along each side of a value
   * @param largest the value of full colour
   */
  public static BufferedImage shades(float[] values, int width, int zoom, double largest) {
    int height = values.length / width;
    float full = (float) Math.max(largest, SMALLEST);
    var picture = new BufferedImage(width * zoom, height * zoom, BufferedImage.TYPE_INT_RGB);
    for (int row = 0; row < picture.getHeight(); row++) {
      for (int column = 0; column < picture.getWidth(); column++) {
        float value = values[row / zoom * width + column / zoom] / full;
        float pale = Math.max(0, 1 - Math.abs(value));
        var color = value > 0 ? new Color(1, pale, pale) : new Color(pale, pale, 1);
        picture.setRGB(column, row, color.getRGB());
      }
    }
    return picture;
  }

  /** As {@link #shades(float[], int, int, double)}, the largest value in full colour. */
  public static BufferedImage shades(float[] values, int width, int zoom) {
    return shades(values, width, zoom, largest(values));
  }

  /** The largest value without its sign. */
  public static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /**
   * A field: its scalar part as shades, and arrows over them.
   *
   * @param zoom pixels along each side of a value
   * @param step there is an arrow for every {@code step}-th value along each axis
   * @param scale gives the shade of full colour and the arrow of full length
   */
  public static BufferedImage field(FieldParts parts, int zoom, int step, FieldParts scale) {
    float[] shades = parts.scalar().orElse(new float[parts.height() * parts.width()]);
    BufferedImage picture = shades(shades, parts.width(), zoom, scale.largest());
    if (parts.arrows().isPresent()) {
      double longest = scale.arrows().map(Arrows::longest).orElse(0.0);
      draw(parts.arrows().get(), parts.width(), picture, zoom, step, Math.max(longest, SMALLEST));
    }
    return picture;
  }

  private static void draw(
      Arrows arrows, int width, BufferedImage picture, int zoom, int step, double longest) {
    Graphics2D graphics = picture.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setStroke(new BasicStroke(1));
    graphics.setColor(Color.BLACK);
    double scale = ARROW * step * zoom / longest;
    // The middle of the image has an arrow, so that those of turned images lie where they do.
    int first = (width - 1) / 2 % step;
    for (int i = 0; i < arrows.right().length; i++) {
      int row = i / width;
      int column = i % width;
      if (row % step == first && column % step == first) {
        int x0 = column * zoom + zoom / 2;
        int y0 = row * zoom + zoom / 2;
        int x1 = (int) Math.round(x0 + scale * arrows.right()[i]);
        int y1 = (int) Math.round(y0 - scale * arrows.up()[i]);
        if (x0 != x1 || y0 != y1) {
          graphics.drawLine(x0, y0, x1, y1);
          graphics.fillOval(x1 - 1, y1 - 1, 3, 3);
        }
      }
    }
    graphics.dispose();
  }
}
