package org.e2spark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.e2spark.text.Similar;

/** Records as JSON and back; a field that is unknown or missing is an error. */
public final class Json {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(ModelSpecJson.module())
          .build();

  private static final JsonNode EMPTY = TextNode.valueOf("");

  private Json() {}

  /** A record as indented JSON. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /** A record as JSON on one line. */
  public static String line(Object value) {
    try {
      return MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write " + value.getClass() + " as JSON", e);
    }
  }

  /**
   * A record from JSON.
   *
   * @param where named in the message when it does not fit
   * @throws DamagedException when the text is no such record
   */
  public static <T> T read(String text, Class<T> type, String where) {
    try {
      T value = MAPPER.readValue(text, type);
      if (value == null) {
        throw new DamagedException(where + " is empty");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw unfit(e, type, where);
    }
  }

  /** The fields of a record by name: text as it is, all else as JSON on one line. */
  public static Map<String, String> fields(Object value) {
    Map<String, String> fields = new LinkedHashMap<>();
    tree(value)
        .properties()
        .forEach(
            field ->
                fields.put(
                    field.getKey(),
                    field.getValue().isTextual()
                        ? field.getValue().asText()
                        : line(field.getValue())));
    return fields;
  }

  /**
   * What a record and those in it hold, by path: {@code optimizer.rule}. Lists, and a network, are
   * JSON on one line; what is null or empty is left out.
   */
  public static Map<String, String> leaves(Object value) {
    Map<String, String> leaves = new LinkedHashMap<>();
    leaves("", tree(value), leaves);
    return leaves;
  }

  private static void leaves(String path, JsonNode node, Map<String, String> leaves) {
    if (node.isObject() && !path.equals("network.")) {
      node.properties()
          .forEach(field -> leaves(path + field.getKey() + ".", field.getValue(), leaves));
    } else if (!node.isNull() && !(node.isArray() && node.isEmpty()) && !node.equals(EMPTY)) {
      leaves.put(
          path.substring(0, path.length() - 1), node.isTextual() ? node.asText() : line(node));
    }
  }

  /** A value as a tree; null for null. */
  public static JsonNode node(Object value) {
    return MAPPER.valueToTree(value);
  }

  /** A record as a tree. */
  public static ObjectNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * A record from a tree.
   *
   * @param where named in the message when it does not fit
   * @throws DamagedException when the tree is no such record
   */
  public static <T> T convert(JsonNode tree, Class<T> type, String where) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw unfit(e, type, where);
    }
  }

  private static CheckpointException unfit(JsonProcessingException e, Class<?> type, String where) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return new CheckpointException(
          where
              + " has an unknown key '"
              + unknown.getPropertyName()
              + "': "
              + meant(unknown)
              + "(there are: "
              + new TreeSet<>(unknown.getKnownPropertyIds())
              + ")",
          e);
    }
    return new DamagedException(
        where + " is not a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
  }

  private static String meant(UnrecognizedPropertyException unknown) {
    List<String> known = unknown.getKnownPropertyIds().stream().map(Object::toString).toList();
    List<String> nearest = Similar.names(unknown.getPropertyName(), known, 1);
    return nearest.isEmpty() ? "" : "did you mean " + nearest.get(0) + "? ";
  }
}
