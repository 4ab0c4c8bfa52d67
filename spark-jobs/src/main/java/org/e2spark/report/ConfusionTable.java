package org.e2spark.report;

import static j2html.TagCreator.each;
import static j2html.TagCreator.table;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.e2spark.infer.Confusion;
import org.e2spark.text.Text;

/**
 * Which classes are taken for which: a row for each label, shaded by its shares.
 *
 * @param confusion counts
 * @param classNames by label
 */
record ConfusionTable(Confusion confusion, List<String> classNames) {

  DomContent draw() {
    return table(
            tr(th("is / taken for"), each(classNames, name -> th(name)), th("error")),
            each(IntStream.range(0, classNames.size()).mapToObj(this::row)))
        .withClass("confusion");
  }

  private DomContent row(int label) {
    return tr(
        th(classNames.get(label)),
        each(IntStream.range(0, classNames.size()).mapToObj(taken -> cell(label, taken))),
        td(samples(label) == 0 ? "–" : RunReport.percent(confusion.errorRate(label))));
  }

  private long samples(int label) {
    return Arrays.stream(confusion.counts()[label]).sum();
  }

  private DomContent cell(int label, int predicted) {
    long[] row = confusion.counts()[label];
    long all = samples(label);
    double share = all == 0 ? 0 : (double) row[predicted] / all;
    String color = label == predicted ? "31,111,139" : "200,85,61";
    return td(row[predicted] == 0 ? "" : Long.toString(row[predicted]))
        .withStyle(Text.format("background:rgba(%s,%.2f)", color, Math.sqrt(share) * 0.7));
  }
}
