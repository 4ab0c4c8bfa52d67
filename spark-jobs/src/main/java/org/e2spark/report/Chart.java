package org.e2spark.report;

import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.tag;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.e2spark.report.Curve.Point;
import org.e2spark.text.Text;

/**
 * Curves over a common axis, as a vector picture inside a page.
 *
 * @param title what the vertical axis shows, with its unit
 * @param axis what the horizontal axis shows, with its unit
 * @param curves drawn over each other
 */
public record Chart(String title, String axis, List<Curve> curves) {

  private static final int WIDTH = 460;
  private static final int HEIGHT = 240;
  private static final int LEFT = 52;
  private static final int BOTTOM = 34;
  private static final int RIM = 12;
  private static final int TICKS = 4;

  /** The picture with its title and the names of its curves. */
  public DomContent draw() {
    Range x = Range.of(curves, Axis.X);
    Range y = Range.of(curves, Axis.Y);
    List<DomContent> parts = new ArrayList<>();
    for (double atY : y.ticks()) {
      double height = vertical(atY, y);
      parts.add(line(LEFT, height, WIDTH - RIM, height, "#ddd"));
      parts.add(text(LEFT - 6, height + 4, "end", y.text(atY)));
    }
    for (double atX : x.ticks()) {
      double place = horizontal(atX, x);
      String anchor = place > WIDTH - LEFT ? "end" : "middle";
      parts.add(text(place, HEIGHT - BOTTOM + 16, anchor, x.text(atX)));
    }
    parts.add(text((WIDTH + LEFT) / 2.0, HEIGHT - 4, "middle", axis));
    for (Curve curve : curves) {
      parts.add(polyline(curve, x, y));
      if (curve.points().size() == 1) {
        Point only = curve.points().get(0);
        parts.add(dot(horizontal(only.x(), x), vertical(only.y(), y), curve.color()));
      }
    }
    ContainerTag<?> picture =
        tag("svg")
            .attr("viewBox", Text.format("0 0 %d %d", WIDTH, HEIGHT))
            .attr("role", "img")
            .attr("aria-label", title)
            .with(parts);
    return figure(figcaption(title), picture).with(legend());
  }

  private List<DomContent> legend() {
    return curves.stream()
        .map(
            curve ->
                (DomContent)
                    tag("span")
                        .withClass("key")
                        .withStyle("border-color:" + curve.color())
                        .condAttr(curve.style() == Curve.Style.DASHED, "data-dashed", "")
                        .withText(curve.name()))
        .toList();
  }

  private static DomContent polyline(Curve curve, Range x, Range y) {
    String points =
        curve.points().stream()
            .map(p -> Text.format("%.1f,%.1f", horizontal(p.x(), x), vertical(p.y(), y)))
            .collect(Collectors.joining(" "));
    return tag("polyline")
        .attr("points", points)
        .attr("fill", "none")
        .attr("stroke", curve.color())
        .attr("stroke-width", "2")
        .attr("stroke-dasharray", curve.style().dashes());
  }

  private static DomContent dot(double x, double y, String color) {
    return tag("circle")
        .attr("cx", Text.format("%.1f", x))
        .attr("cy", Text.format("%.1f", y))
        .attr("r", "3")
        .attr("fill", color);
  }

  private static DomContent line(double x1, double y1, double x2, double y2, String color) {
    return tag("line")
        .attr("x1", Text.format("%.1f", x1))
        .attr("y1", Text.format("%.1f", y1))
        .attr("x2", Text.format("%.1f", x2))
        .attr("y2", Text.format("%.1f", y2))
        .attr("stroke", color);
  }

  private static DomContent text(double x, double y, String anchor, String text) {
    return tag("text")
        .attr("x", Text.format("%.1f", x))
        .attr("y", Text.format("%.1f", y))
        .attr("text-anchor", anchor)
        .withText(text);
  }

  private static double horizontal(double value, Range x) {
    return LEFT + (WIDTH - RIM - LEFT) * value / x.high;
  }

  private static double vertical(double value, Range y) {
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - RIM) * value / y.high;
  }

  private enum Axis {
    X,
    Y;

    double of(Point point) {
      return this == X ? point.x() : point.y();
    }
  }

  /** From 0 to the largest value; never empty. */
  private record Range(double high) {

    static Range of(List<Curve> curves, Axis axis) {
      double high =
          curves.stream()
              .flatMap(curve -> curve.points().stream())
              .mapToDouble(axis::of)
              .max()
              .orElse(1);
      return new Range(high > 0 ? high : 1);
    }

    /** Multiples of a round number. */
    double[] ticks() {
      double step = step();
      return IntStream.rangeClosed(0, (int) (high / step + 1e-9))
          .mapToDouble(i -> i * step)
          .toArray();
    }

    private double step() {
      double least = high / TICKS;
      double unit = Math.pow(10, Math.floor(Math.log10(least)));
      return DoubleStream.of(1, 2, 5, 10)
          .map(factor -> factor * unit)
          .filter(step -> step >= least)
          .findFirst()
          .orElse(10 * unit);
    }

    /** With as many decimals as tell ticks apart. */
    String text(double tick) {
      int decimals = (int) Math.max(0, -Math.floor(Math.log10(step())));
      NumberFormat format = NumberFormat.getInstance(Locale.ROOT);
      format.setMinimumFractionDigits(decimals);
      format.setMaximumFractionDigits(decimals);
      return format.format(tick);
    }
  }
}
