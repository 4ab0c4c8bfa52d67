package org.e2spark.spec;

import com.google.gson.GsonBuilder;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * JSON as maps, lists, texts, booleans, {@code Long} and {@code Double}, nothing else, so that
 * equal specifications are equal values.
 */
public final class JsonTree {

  private JsonTree() {}

  /**
   * Reads one JSON value; a key that comes twice is refused.
   *
   * @throws SpecException if the text is none
   */
  public static Object read(String text) {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      Object value = value(reader, "");
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new SpecException("", "More than one JSON value");
      }
      return value;
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw new SpecException("", "No JSON: " + e.getMessage(), e);
    }
  }

  /** Writes a tree, indented. */
  public static String write(Object tree) {
    return new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create().toJson(tree);
  }

  private static Object value(JsonReader reader, String path) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader, path);
      case BEGIN_ARRAY -> array(reader, path);
      case STRING -> reader.nextString();
      case BOOLEAN -> reader.nextBoolean();
      case NUMBER -> number(reader.nextString());
      default -> throw new SpecException(path, reader.peek() + " where a value should be");
    };
  }

  private static Map<String, Object> object(JsonReader reader, String path) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      String inside = path.isEmpty() ? key : path + "." + key;
      if (object.put(key, value(reader, inside)) != null) {
        throw new SpecException(inside, "comes twice");
      }
    }
    reader.endObject();
    return object;
  }

  private static List<Object> array(JsonReader reader, String path) throws IOException {
    List<Object> array = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(value(reader, path + "[" + array.size() + "]"));
    }
    reader.endArray();
    return array;
  }

  private static Number number(String text) {
    return text.matches("-?[0-9]{1,18}") ? (Number) Long.valueOf(text) : Double.valueOf(text);
  }

  /**
   * A value of Java as a tree; what it was made of may change without changing the tree.
   *
   * @throws IllegalArgumentException if it has no form in JSON
   */
  static Object of(Object value) {
    if (value instanceof LayerSpec layer) {
      return layer.toTree();
    }
    if (value instanceof String || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Integer || value instanceof Long || value instanceof Short) {
      return ((Number) value).longValue();
    }
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Enum<?> constant) {
      return written(constant);
    }
    if (value instanceof Collection<?> list) {
      return list.stream().map(JsonTree::of).toList();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> object = new LinkedHashMap<>();
      map.forEach((key, inside) -> object.put((String) key, of(inside)));
      return Collections.unmodifiableMap(object);
    }
    throw new IllegalArgumentException("No JSON value: " + value);
  }

  /** How constants are written: in small letters, with dashes. */
  public static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
