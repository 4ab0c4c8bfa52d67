package org.e2spark.spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.e2spark.group.SubgroupId;
import org.e2spark.nn.Size2d;

/** The values that options take. */
public final class OptionTypes {

  private OptionTypes() {}

  private record Type<T>(Map<String, Object> schema, BiFunction<Object, String, T> reader)
      implements OptionType<T> {
    @Override
    public T read(Object tree, String path) {
      return reader.apply(tree, path);
    }
  }

  /** A type of one's own. */
  static <T> OptionType<T> of(Map<String, Object> schema, BiFunction<Object, String, T> reader) {
    return new Type<>(schema, reader);
  }

  /** Whole numbers from a minimum. */
  public static OptionType<Integer> integer(int minimum) {
    return of(
        Map.of("type", "integer", "minimum", (long) minimum),
        (tree, path) -> {
          if (!(tree instanceof Long value) || value != value.intValue()) {
            throw wrong(tree, path, "a whole number");
          }
          if (value < minimum) {
            throw new SpecException(path, value + " (must be at least " + minimum + ")");
          }
          return value.intValue();
        });
  }

  /** Numbers. */
  public static OptionType<Double> number() {
    return of(
        Map.of("type", "number"),
        (tree, path) -> {
          if (!(tree instanceof Number value)) {
            throw wrong(tree, path, "a number");
          }
          return value.doubleValue();
        });
  }

  /** True or false. */
  public static OptionType<Boolean> flag() {
    return of(
        Map.of("type", "boolean"),
        (tree, path) -> {
          if (!(tree instanceof Boolean value)) {
            throw wrong(tree, path, "true or false");
          }
          return value;
        });
  }

  /** Any text. */
  public static OptionType<String> text() {
    return of(
        Map.of("type", "string"),
        (tree, path) -> {
          if (!(tree instanceof String value)) {
            throw wrong(tree, path, "a text");
          }
          return value;
        });
  }

  /** One of the constants, in small letters with dashes. */
  public static <E extends Enum<E>> OptionType<E> choice(Class<E> constants) {
    List<E> all = List.of(constants.getEnumConstants());
    List<String> written = all.stream().map(JsonTree::written).toList();
    return of(
        Map.of("enum", written),
        (tree, path) -> {
          int place = written.indexOf(tree);
          if (place < 0) {
            throw new SpecException(
                path, tree + " (must be one of " + String.join(", ", written) + ")");
          }
          return all.get(place);
        });
  }

  /** Lists of values of one type. */
  public static <T> OptionType<List<T>> list(OptionType<T> each) {
    return of(
        Map.of("type", "array", "items", each.schema()),
        (tree, path) -> {
          if (!(tree instanceof List<?> list)) {
            throw wrong(tree, path, "a list");
          }
          List<T> values = new ArrayList<>();
          for (Object item : list) {
            values.add(each.read(item, path + "[" + values.size() + "]"));
          }
          return List.copyOf(values);
        });
  }

  /** A number of pixels for both sides, or a list of height and width. */
  public static OptionType<Size2d> size(int minimum) {
    OptionType<Integer> side = integer(minimum);
    Map<String, Object> both = new LinkedHashMap<>();
    both.put("type", "array");
    both.put("items", side.schema());
    both.put("minItems", 2L);
    both.put("maxItems", 2L);
    return of(
        Map.of("anyOf", List.of(side.schema(), both)),
        (tree, path) -> {
          if (tree instanceof List<?> sides && sides.size() == 2) {
            return new Size2d(
                side.read(sides.get(0), path + "[0]"), side.read(sides.get(1), path + "[1]"));
          }
          if (tree instanceof List<?>) {
            throw wrong(tree, path, "a number or a list of two, height and width");
          }
          return Size2d.of(side.read(tree, path));
        });
  }

  /** A subgroup, written as in representations' names: {@code 4}, {@code (None, 4)}. */
  public static OptionType<SubgroupId> subgroup() {
    return of(
        Map.of("type", "string", "examples", List.of("4", "(None, 4)", "(0, 1)")),
        (tree, path) -> {
          try {
            return SubgroupId.parse(text().read(tree, path));
          } catch (SpecException e) {
            throw e;
          } catch (IllegalArgumentException e) {
            throw new SpecException(path, e.getMessage(), e);
          }
        });
  }

  /** Fields, of which there must be some. */
  public static OptionType<Fields> fields() {
    return of(
        Map.of("type", "array", "items", Fields.schema(), "minItems", 1L),
        (tree, path) -> Fields.read(list(text()).read(tree, path), path));
  }

  /** Values each repeated so many times: {@code ["32 x scalar", "64 x vector"]}. */
  public static OptionType<List<String>> labels() {
    return of(
        Map.of("type", "array", "items", Map.of("type", "string")),
        (tree, path) ->
            list(text()).read(tree, path).stream()
                .flatMap(
                    label -> {
                      Fields.Count count = Fields.Count.of(label);
                      return Stream.generate(count::what).limit(count.copies());
                    })
                .toList());
  }

  /** Layers one after another, of which there must be some. */
  public static OptionType<List<LayerSpec>> layers(LayerKind.Family family) {
    Map<String, Object> schema =
        Map.of(
            "type",
            "array",
            "items",
            Map.of("$ref", "#/$defs/" + family.definition()),
            "minItems",
            1L);
    return of(
        schema,
        (tree, path) -> {
          if (!(tree instanceof List<?> list) || list.isEmpty()) {
            throw wrong(tree, path, "a list of layers");
          }
          List<LayerSpec> layers = new ArrayList<>();
          for (Object layer : list) {
            layers.add(LayerSpec.read(layer, family, path + "[" + layers.size() + "]"));
          }
          return List.copyOf(layers);
        });
  }

  /** Reads an object. */
  public static Map<String, Object> object(Object tree, String path) {
    if (!(tree instanceof Map<?, ?> map)) {
      throw wrong(tree, path, "an object");
    }
    Map<String, Object> object = new LinkedHashMap<>();
    map.forEach((key, value) -> object.put((String) key, value));
    return object;
  }

  static SpecException wrong(Object tree, String path, String wanted) {
    return new SpecException(path, tree + " (must be " + wanted + ")");
  }
}
