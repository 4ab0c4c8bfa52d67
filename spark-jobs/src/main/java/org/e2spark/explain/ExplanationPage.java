package org.e2spark.explain;

import static j2html.TagCreator.body;
import static j2html.TagCreator.div;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.img;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.section;
import static j2html.TagCreator.style;
import static j2html.TagCreator.table;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.e2spark.explain.Stability.View;
import org.e2spark.nn.check.FeatureChain;
import org.e2spark.report.Chart;
import org.e2spark.report.Curve;
import org.e2spark.report.RunReport;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.text.Text;

/**
 * The page beside the pictures.
 *
 * @param drawn the layers of the animation, from left to right
 */
record ExplanationPage(
    String name,
    ModelCard card,
    Explanation.Findings findings,
    List<FeatureChain.Layer> drawn,
    List<Explanation.Gallery> galleries) {

  private static final List<String> COLORS =
      List.of("#1f6fb4", "#d1592a", "#3a923a", "#8a5fb0", "#8c6d31");
  private static final String DEGREES = "degrees counter-clockwise";

  /** Deviations are drawn as lengths of their logarithm, from this one on. */
  private static final double SHORTEST = 1e-7;

  String page() {
    View upright = findings.stability().upright();
    String first =
        Text.format(
            "Upright, the image is taken for %s (%s); of %d views, %s are taken for the same.",
            card.classNames().get(upright.predicted()),
            percent(upright.probabilities().get(upright.predicted())),
            findings.stability().views().size(),
            percent(findings.stability().agreement()));
    return document(
        html(
            head(
                meta().withCharset("utf-8"),
                title("e2spark: " + name),
                style(rawHtml(RunReport.stylesheet()))),
            body(
                h1(name),
                p(first),
                p(
                    "Outside the circle that fits into it, the image fades into the mean colour of its border:"
                        + " what lies in the corners would leave the picture."),
                turning(),
                section(h2("At every angle"), div(each(charts(), Chart::draw)).withClass("charts")),
                layers(),
                kernels())));
  }

  private DomContent turning() {
    String columns =
        drawn.isEmpty()
            ? "The network begins with conventional layers, whose features have no law to turn by."
            : Text.format(
                "Beside the image, a field of %s. Shades are its part that stays as it is, red above zero, blue below; arrows its part that"
                    + " turns as arrows do. The lower row is the upper one, turned back: it stands still"
                    + " as far as the network is equivariant.",
                drawn.stream().map(FeatureChain.Layer::label).collect(Collectors.joining(", ")));
    return section(
        h2("While the image turns"),
        figure(img().withSrc(Explanation.FIELDS).withAlt(columns)),
        p(columns));
  }

  private List<Chart> charts() {
    List<View> views = findings.stability().views();
    int expected = findings.stability().upright().predicted();
    Set<Integer> classes = new LinkedHashSet<>();
    classes.add(expected);
    views.forEach(view -> classes.add(view.predicted()));
    List<Curve> probabilities = new ArrayList<>();
    for (int label : classes) {
      String color = COLORS.get(probabilities.size() % COLORS.size());
      probabilities.add(
          curve(
              card.classNames().get(label), color, Curve.Style.SOLID, v -> probability(v, label)));
    }
    List<Curve> deviations = new ArrayList<>();
    deviations.add(curve("turned", COLORS.get(0), Curve.Style.SOLID, View::deviation));
    if (views.stream().anyMatch(View::isMirrored)) {
      probabilities.add(
          curve(
              card.classNames().get(expected) + ", mirrored",
              COLORS.get(0),
              Curve.Style.DASHED,
              v -> probability(v, expected)));
      deviations.add(
          curve("mirrored and turned", COLORS.get(0), Curve.Style.DASHED, View::deviation));
    }
    return List.of(
        new Chart("Probability (%)", DEGREES, probabilities),
        new Chart("Largest change of a logit, in largest logits", DEGREES, deviations));
  }

  private static double probability(View view, int label) {
    return 100 * view.probabilities().get(label);
  }

  /** Dashed of the mirrored views, solid of the others. */
  private Curve curve(String title, String color, Curve.Style style, ToDoubleFunction<View> value) {
    List<Curve.Point> points = new ArrayList<>();
    findings.stability().views().stream()
        .filter(view -> view.isMirrored() == (style == Curve.Style.DASHED))
        .map(view -> new Curve.Point(view.degrees(), value.applyAsDouble(view)))
        .forEach(points::add);
    points.add(new Curve.Point(360, points.get(0).y()));
    return new Curve(title, style, color, points);
  }

  private DomContent layers() {
    if (findings.layers().isEmpty()) {
      return each();
    }
    return section(
        h2("Layer by layer"),
        p(
            "The largest difference between a layer's fields of the moved image and its fields moved, divided by"
                + " the largest value. Quarter turns and mirrorings move whole pixels: what they leave is rounding,"
                + " or a stride that misses the centre. All other turns interpolate, on small fields coarsely, and are compared within the circle."),
        table(
            tr(
                th("layer"),
                th("symmetries"),
                th("alone, quarter turns"),
                th("alone, all"),
                th("from the image on, quarter turns"),
                th("from the image on, all")),
            each(
                findings.layers(),
                found ->
                    tr(
                        th(found.layer().label()),
                        td(found.layer().module().outType().gspace().name()),
                        bar(found.ownOnGrid()),
                        bar(found.own()),
                        bar(found.fromInputOnGrid()),
                        bar(found.fromInput())))));
  }

  private static DomContent bar(double deviation) {
    double share = 1 - Math.log(Math.max(deviation, SHORTEST)) / Math.log(SHORTEST);
    return td(
        div()
            .withClass("bar")
            .withStyle(Text.format("width:%.0f%%", 100 * Math.min(1, Math.max(0, share)))),
        text(Text.format("%.1e", deviation)));
  }

  private DomContent kernels() {
    if (galleries.isEmpty()) {
      return each();
    }
    return section(
        h2("Kernels"),
        p(
            "A row for each of the first fields that a layer gives, a column for each of the field's channels. Between"
                + " regular fields, and from scalars, the kernels of a row are turned copies of one."),
        each(
            galleries,
            gallery ->
                figure(
                    figcaption(gallery.layer()),
                    img().withSrc(gallery.file()).withAlt("kernels of " + gallery.layer()))));
  }

  private static String percent(double share) {
    return Text.format("%.1f %%", 100 * share);
  }
}
