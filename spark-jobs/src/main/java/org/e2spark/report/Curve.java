package org.e2spark.report;

import java.util.List;

/**
 * One line of a chart.
 *
 * @param name of what is drawn
 * @param style of the stroke
 * @param color as CSS has it
 * @param points by rising x; one that is no number is left out
 */
public record Curve(String name, Style style, String color, List<Point> points) {

  /** How a line is drawn. */
  public enum Style {
    SOLID("none"),
    DASHED("5 3");

    private final String dashes;

    Style(String dashes) {
      this.dashes = dashes;
    }

    String dashes() {
      return dashes;
    }
  }

  /** A place in a chart, in the units of its axes. */
  public record Point(double x, double y) {}

  /** Leaves out points that are no numbers. */
  public Curve {
    points = points.stream().filter(p -> Double.isFinite(p.x()) && Double.isFinite(p.y())).toList();
  }
}
