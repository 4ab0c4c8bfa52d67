package org.e2spark.report;

import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.tag;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  private static final int WIDTH = 360;
  private static final int HEIGHT = 220;
  private static final int LEFT = 52;
  private static final int BOTTOM = 34;
  private static final int RIM = 12;
  private static final int TICKS = 4;

  /** The picture with its title and the names of its curves. */
  public DomContent draw() {
    Range x = Range.of(curves, Axis.X);
    Range y = Range.of(curves, Axis.Y);
    List<DomContent> parts = new ArrayList<>();
    for (BigDecimal tick : y.ticks()) {
      double height = vertical(tick.doubleValue(), y);
      parts.add(line(LEFT, height, WIDTH - RIM, height, "#ddd"));
      parts.add(text(LEFT - 6, height + 4, "end", number(tick)));
    }
    for (BigDecimal tick : x.ticks()) {
      double place = horizontal(tick.doubleValue(), x);
      String anchor = place > WIDTH - LEFT ? "end" : "middle";
      parts.add(text(place, HEIGHT - BOTTOM + 16, anchor, number(tick)));
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

  /** From 0 to the largest value, or to the tick above it; never empty. */
  private record Range(double high, BigDecimal step) {

    private static final List<BigDecimal> ROUND =
        Stream.of("1", "2", "2.5", "5", "10").map(BigDecimal::new).toList();

    static Range of(List<Curve> curves, Axis axis) {
      double most =
          curves.stream()
              .flatMap(curve -> curve.points().stream())
              .mapToDouble(axis::of)
              .max()
              .orElse(1);
      double high = most > 0 ? most : 1;
      BigDecimal step = step(high / TICKS);
      double above = Math.ceil(high / step.doubleValue()) * step.doubleValue();
      return new Range(axis == Axis.X ? high : above, step);
    }

    private static BigDecimal step(double least) {
      int power = (int) Math.floor(Math.log10(least));
      return ROUND.stream()
          .map(factor -> factor.scaleByPowerOfTen(power).stripTrailingZeros())
          .filter(step -> step.doubleValue() >= least)
          .findFirst()
          .orElse(BigDecimal.TEN.scaleByPowerOfTen(power));
    }

    /** Multiples of the step. */
    List<BigDecimal> ticks() {
      int count = (int) (high / step.doubleValue() + 1e-9);
      return IntStream.rangeClosed(0, count)
          .mapToObj(i -> step.multiply(BigDecimal.valueOf(i)))
          .toList();
    }
  }

  private static String number(BigDecimal tick) {
    NumberFormat format = NumberFormat.getInstance(Locale.ROOT);
    format.setMinimumFractionDigits(Math.max(0, tick.scale()));
    return format.format(tick);
  }
}
