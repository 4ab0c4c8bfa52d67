package org.e2spark.recipe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.e2spark.model.ModelSpec;
import org.e2spark.spec.LayerSpec;
import org.e2spark.text.Text;
import org.e2spark.train.Schedule;
import org.e2spark.train.Span;

/**
 * An experiment made smaller: widths, images and epochs each by the fourth root, so that the work,
 * which is squared in the width, shrinks by the whole.
 *
 * @param work share of the published work, above 0 and at most 1
 */
public record Scale(double work) {

  /** As published. */
  public static final Scale FULL = new Scale(1);

  private static final String FIELDS = "fields";
  private static final String LABELS = "labels";

  /** Options that count channels or fields. */
  private static final Set<String> WIDTHS = Set.of("filters", "units", "gates");

  private static final Pattern RUN = Pattern.compile("([0-9]+) x (.+)");

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if it is not
   */
  public Scale {
    if (!(work > 0 && work <= 1)) {
      throw new IllegalArgumentException(
          "Invalid scale: " + work + " (must be above 0 and at most 1)");
    }
  }

  /** What widths, images and epochs are multiplied with. */
  public double factor() {
    return Math.pow(work, 0.25);
  }

  /** A number of channels, fields or epochs. */
  int of(long full) {
    return (int) Math.max(1, Math.round(full * factor()));
  }

  /** The same schedule over fewer epochs, down to the same rate. */
  Schedule of(Schedule full) {
    if (full instanceof Schedule.Step steps) {
      return new Schedule.Step(
          steps.factor(),
          steps.at().stream()
              .map(span -> span.unit() == Span.Unit.EPOCHS ? of(span) : span)
              .toList());
    }
    return full instanceof Schedule.Exponential decay
        ? new Schedule.Exponential(
            Math.pow(decay.factor(), 1 / factor()), of(decay.constantEpochs()))
        : full;
  }

  private Span of(Span epochs) {
    return Span.epochs(epochs.amount() * factor());
  }

  /**
   * Whether {@link #of(ModelSpec)} makes a network narrower: not if layers name each of its fields,
   * so that their numbers depend on each other.
   */
  public static boolean narrows(ModelSpec network) {
    return network.layers().stream().map(LayerSpec::options).noneMatch(Scale::namesFields);
  }

  private static boolean namesFields(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.containsKey(LABELS) || map.values().stream().anyMatch(Scale::namesFields);
    }
    return value instanceof List<?> list && list.stream().anyMatch(Scale::namesFields);
  }

  /** The same layers with fewer fields and channels; classes and kernels stay. */
  ModelSpec of(ModelSpec network) {
    if (work == 1 || !narrows(network)) {
      return network;
    }
    ModelSpec.Builder builder =
        network
            .symmetries()
            .map(space -> ModelSpec.builder(space, network.input(), network.classes()))
            .orElseGet(() -> ModelSpec.conventional(network.input(), network.classes()));
    return builder
        .layers(network.layers().stream().map(this::of).toList())
        .reduction(network.reduction())
        .head(network.head().stream().map(this::of).toList())
        .build();
  }

  private LayerSpec of(LayerSpec layer) {
    Map<String, Object> options = new LinkedHashMap<>();
    layer.options().forEach((key, value) -> options.put(key, option(key, value)));
    return new LayerSpec(layer.kind(), layer.name(), options);
  }

  private Object option(String key, Object value) {
    if (value instanceof Number number && WIDTHS.contains(key)) {
      return of(number.longValue());
    }
    if (value instanceof List<?> list) {
      List<Object> scaled = new ArrayList<>();
      list.forEach(item -> scaled.add(option(key, item)));
      return scaled;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> scaled = new LinkedHashMap<>();
      map.forEach((k, v) -> scaled.put((String) k, option((String) k, v)));
      return scaled;
    }
    return key.equals(FIELDS) && value instanceof String text ? fields(text) : value;
  }

  private String fields(String text) {
    Matcher run = RUN.matcher(text);
    return run.matches() ? of(Long.parseLong(run.group(1))) + " x " + run.group(2) : text;
  }

  @Override
  public String toString() {
    return work == 1
        ? "as published"
        : Text.format("%s of the work: widths, images and epochs times %.3f each", work, factor());
  }
}
