package org.e2spark.savedmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.e2spark.model.ModelSpec;
import org.e2spark.nn.check.EquivarianceCheck.Deviation;
import org.e2spark.text.Text;

/**
 * A model's card as people read it, in Markdown: what it is, what it was trained on and how, its
 * error per class, how equivariant it was measured to be.
 *
 * @param card what it is
 * @param errors null where none were counted
 * @param turns null where nothing was turned
 */
public record ModelPage(ModelCard card, Errors errors, Turns turns) {

  /** The file beside the weights; Hugging Face's name for it. */
  static final String FILE = "README.md";

  /**
   * What was classified wrong.
   *
   * @param data where the samples are from
   * @param samples by label
   * @param wrong those of them that were classified wrong, by label
   */
  public record Errors(String data, List<Long> samples, List<Long> wrong) {

    /** Copies the lists. */
    public Errors {
      samples = List.copyOf(samples);
      wrong = List.copyOf(wrong);
    }
  }

  /**
   * What became of the logits of turned and mirrored images.
   *
   * @param images which ones
   * @param deviations none if the network promises nothing
   */
  public record Turns(String images, List<Deviation> deviations) {

    /** Copies the list. */
    public Turns {
      deviations = List.copyOf(deviations);
    }
  }

  /** The page. */
  public String text() {
    List<String> parts = new ArrayList<>();
    parts.add("# " + plain(card.preset()));
    parts.add(
        Text.format(
            "A network that tells %d classes of %s images (channels, height, width), trained by"
                + " e2spark. It is loaded by `e2spark`, by Spark ML and by PySpark; `e2spark export`"
                + " makes ONNX, TorchScript and MLflow of it.",
            card.classNames().size(), card.shape()));
    parts.add("## What it is");
    parts.add(table(List.of("", ""), what()));
    parts.add("## What it was trained on, and how");
    parts.add(table(List.of("", ""), rows(card.provenance())));
    parts.add("## Error per class");
    parts.add(errors == null ? "Not counted: `e2spark evaluate --card` does." : errorTable());
    parts.add("## Turned and mirrored images");
    parts.add(turns == null ? "Not measured: `e2spark evaluate --card` does." : turnTable());
    return String.join("\n\n", parts) + "\n";
  }

  private List<List<String>> what() {
    List<List<String>> rows = new ArrayList<>();
    ModelSpec network = card.network();
    if (network != null) {
      rows.add(
          List.of(
              "symmetries",
              network
                  .symmetries()
                  .map(space -> space.fiberGroup().name())
                  .orElse("none (conventional)")));
    }
    rows.add(List.of("parameters", Text.format("%,d", card.parameters())));
    rows.add(List.of("images seen in training", Text.format("%,d", card.samples())));
    rows.add(List.of("mean of pixel / 255", numbers(card.mean())));
    rows.add(List.of("deviation of pixel / 255", numbers(card.std())));
    rows.add(List.of("classes", plain(String.join(", ", card.classNames()))));
    return rows;
  }

  private static String numbers(List<Double> values) {
    return values.stream().map(v -> Text.format("%.4f", v)).collect(Collectors.joining(", "));
  }

  private static List<List<String>> rows(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(fact -> List.of(plain(fact.getKey()), plain(fact.getValue())))
        .toList();
  }

  private String errorTable() {
    List<List<String>> rows =
        new ArrayList<>(
            IntStream.range(0, card.classNames().size())
                .mapToObj(
                    label ->
                        row(
                            plain(card.classNames().get(label)),
                            errors.samples.get(label),
                            errors.wrong.get(label)))
                .toList());
    rows.add(row("**all**", sum(errors.samples), sum(errors.wrong)));
    return "On " + plain(errors.data) + ".\n\n" + table(List.of("class", "images", "error"), rows);
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  private static List<String> row(String name, long samples, long wrong) {
    return List.of(
        name,
        Text.format("%,d", samples),
        samples == 0 ? "–" : Text.format("%.2f %%", 100.0 * wrong / samples));
  }

  private String turnTable() {
    if (turns.deviations.isEmpty()) {
      return "The network promises nothing of " + plain(turns.images) + ".";
    }
    List<List<String>> rows =
        turns.deviations.stream()
            .map(
                found ->
                    List.of(
                        Text.format(
                            "%.0f°%s",
                            Math.toDegrees(found.element().angle()),
                            found.element().reflection() == 1 ? ", mirrored" : ""),
                        Text.format("%.1e", found.relative())))
            .toList();
    return "The largest difference of logits over the largest logit, on "
        + plain(turns.images)
        + ".\n\n"
        + table(List.of("turned by", "difference"), rows);
  }

  private static String table(List<String> heads, List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(line(heads));
    lines.add(line(heads.stream().map(head -> "---").toList()));
    rows.forEach(row -> lines.add(line(row)));
    return String.join("\n", lines);
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |";
  }

  /** Text that means nothing in Markdown, on one line. */
  private static String plain(String text) {
    return text.replaceAll("([\\\\`*_{}\\[\\]<>#|~])", "\\\\$1").replaceAll("\\R", " ");
  }
}
