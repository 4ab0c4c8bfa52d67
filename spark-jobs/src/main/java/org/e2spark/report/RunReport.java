package org.e2spark.report;

import static j2html.TagCreator.body;
import static j2html.TagCreator.div;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.section;
import static j2html.TagCreator.style;
import static j2html.TagCreator.table;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.e2spark.engine.RunSummary;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TimeShares;
import org.e2spark.infer.Evaluation;
import org.e2spark.report.Curve.Point;
import org.e2spark.text.Text;

/**
 * One page about runs: what they were asked, how they went, what they get wrong. It needs no other
 * file and no network.
 *
 * @param runs at least one; several are drawn over each other
 */
public record RunReport(List<Entry> runs) {

  private static final List<String> COLORS =
      List.of("#1f6f8b", "#c8553d", "#5b8e3e", "#7d5ba6", "#b38b1d", "#444444");

  /**
   * One run on the page.
   *
   * @param name on the page
   * @param run what it left behind
   * @param evaluation of its model, if one was made
   */
  public record Entry(String name, RunSummary run, Optional<Evaluation> evaluation) {}

  private static final String SEEN = "images seen";

  /** Copies the list. */
  public RunReport {
    runs = List.copyOf(runs);
  }

  /** The page as HTML. */
  public String page() {
    String name = "e2spark: " + String.join(", ", names());
    return document(
        html(
            head(meta().withCharset("utf-8"), title(name), style(rawHtml(stylesheet()))),
            body(
                h1(String.join(" beside ", names())),
                comparison("What came out", outcomes()),
                div(each(charts().stream().map(Chart::draw))).withClass("charts"),
                timeShares(),
                each(runs.stream().flatMap(RunReport::findings)),
                comparison("Options", runs.stream().map(entry -> entry.run().options()).toList()),
                comparison(
                    "Where it ran",
                    runs.stream().map(entry -> entry.run().provenance()).toList()))));
  }

  private List<String> names() {
    return runs.stream().map(Entry::name).toList();
  }

  private List<Map<String, String>> outcomes() {
    return runs.stream().map(Outcome::of).toList();
  }

  /** A row for each key, a column for each run; what differs is marked. */
  private DomContent comparison(String heading, List<Map<String, String>> columns) {
    Set<String> keys = new LinkedHashSet<>();
    columns.forEach(column -> keys.addAll(column.keySet()));
    return section(
        h2(heading),
        table(
            tr(th(), each(names(), name -> th(name))),
            each(
                keys,
                key -> {
                  List<String> values =
                      columns.stream().map(column -> column.getOrDefault(key, "–")).toList();
                  boolean differs = values.stream().distinct().count() > 1;
                  return tr(th(key), each(values, value -> td(value)))
                      .condAttr(differs, "class", "differs");
                })));
  }

  private List<Chart> charts() {
    List<Curve> losses = new ArrayList<>();
    List<Curve> errors = new ArrayList<>();
    List<Curve> speeds = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      RunSummary run = runs.get(i).run();
      String prefix = runs.size() == 1 ? "" : runs.get(i).name() + ": ";
      String color = COLORS.get(i % COLORS.size());
      losses.add(training(prefix + "training", color, run, EpochMetrics::loss));
      errors.add(training(prefix + "training", color, run, m -> 100 * (1 - m.accuracy())));
      speeds.add(training(prefix + "all workers", color, run, EpochMetrics::imagesPerSecond));
      if (run.history().stream().anyMatch(epoch -> !epoch.validation().isEmpty())) {
        losses.add(validation(prefix + run.validated(), color, run, Point::y));
        errors.add(validation(prefix + run.validated(), color, run, Point::x));
      }
    }
    return List.of(
        new Chart("Loss (cross entropy)", SEEN, losses),
        new Chart("Error (%)", SEEN, errors),
        new Chart("Images a second", SEEN, speeds));
  }

  private static Curve training(
      String name, String color, RunSummary run, ToDoubleFunction<EpochMetrics> value) {
    return new Curve(
        name,
        Curve.Style.SOLID,
        color,
        run.history().stream()
            .map(epoch -> new Point(epoch.samples(), value.applyAsDouble(epoch)))
            .toList());
  }

  /** Chooses from error in percent (x) and loss (y). */
  private static Curve validation(
      String name, String color, RunSummary run, ToDoubleFunction<Point> value) {
    return new Curve(
        name,
        Curve.Style.DASHED,
        color,
        run.history().stream()
            .flatMap(epoch -> epoch.validation().stream())
            .map(
                found ->
                    new Point(
                        found.samples(),
                        value.applyAsDouble(new Point(100 * (1 - found.accuracy()), found.loss()))))
            .toList());
  }

  private DomContent timeShares() {
    return section(
        h2("Where the time went"),
        table(
            tr(
                th(),
                th("epochs"),
                th("waiting for images").withClass("data"),
                th("computing").withClass("compute"),
                th("synchronising").withClass("sums"),
                th()),
            each(runs, RunReport::timeShares)));
  }

  /** The means of a run's epochs, as numbers and side by side. */
  private static DomContent timeShares(Entry entry) {
    List<TimeShares> timed =
        entry.run().history().stream()
            .map(EpochMetrics::shares)
            .filter(TimeShares::areKnown)
            .toList();
    if (timed.isEmpty()) {
      return tr(
          th(entry.name()),
          td(),
          td("not measured in this mode or by the version that trained it").attr("colspan", "4"));
    }
    double data = mean(timed, TimeShares::data);
    double compute = mean(timed, TimeShares::compute);
    double synchronisation = mean(timed, TimeShares::synchronisation);
    return tr(
        th(entry.name()),
        td(Integer.toString(timed.size())),
        td(percent(data)),
        td(percent(compute)),
        td(percent(synchronisation)),
        td(
            div(part("data", data), part("compute", compute), part("sums", synchronisation))
                .withClass("shares")));
  }

  private static double mean(List<TimeShares> timed, ToDoubleFunction<TimeShares> share) {
    return timed.stream().mapToDouble(share).average().orElse(0);
  }

  private static DomContent part(String kind, double share) {
    return div().withClass(kind).withStyle(Text.format("width:%.1f%%", 100 * share));
  }

  private static Stream<DomContent> findings(Entry entry) {
    if (entry.evaluation().isEmpty()) {
      return Stream.empty();
    }
    Evaluation evaluation = entry.evaluation().get();
    var model = entry.run().model().orElseThrow();
    return Stream.of(
        section(
            h2("What " + entry.name() + " takes for what on " + evaluation.split()),
            new ConfusionTable(evaluation.confusion(), model.classNames()).draw(),
            h3("Its surest mistakes"),
            new MistakeSheet(evaluation.mistakes(), model).draw()));
  }

  /** Number and unit stay on one line. */
  static String percent(double share) {
    return Text.format("%.1f\u00a0%%", 100 * share);
  }

  /** How the tool's pages look. */
  public static String stylesheet() {
    try (InputStream css = RunReport.class.getResourceAsStream("report.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
