package org.e2spark.golden;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.e2spark.nn.Size2d;

/** The options of a case; remembers which were asked for, so that an unknown one is noticed. */
final class CaseOptions {

  private final String owner;
  private final JsonObject json;
  private final Set<String> asked = new HashSet<>();

  /**
   * @param owner whose options they are, for messages
   */
  CaseOptions(String owner, JsonObject json) {
    this.owner = owner;
    this.json = json;
  }

  /** Whose options they are. */
  String owner() {
    return owner;
  }

  /** The value of an option that may be absent or null. */
  Optional<JsonElement> get(String name) {
    asked.add(name);
    return Optional.ofNullable(json.get(name)).filter(value -> !value.isJsonNull());
  }

  /** Whether an option is there and says null. */
  boolean isNull(String name) {
    asked.add(name);
    return json.has(name) && json.get(name).isJsonNull();
  }

  /** The value of an option that must be there. */
  JsonElement require(String name) {
    return get(name)
        .orElseThrow(() -> new IllegalArgumentException(owner + " needs the option " + name));
  }

  double number(String name, double otherwise) {
    return get(name).map(JsonElement::getAsDouble).orElse(otherwise);
  }

  boolean flag(String name, boolean otherwise) {
    return get(name).map(JsonElement::getAsBoolean).orElse(otherwise);
  }

  String text(String name, String otherwise) {
    return get(name).map(JsonElement::getAsString).orElse(otherwise);
  }

  void ifNumber(String name, Consumer<Double> action) {
    get(name).map(JsonElement::getAsDouble).ifPresent(action);
  }

  void ifInteger(String name, Consumer<Integer> action) {
    get(name).map(JsonElement::getAsInt).ifPresent(action);
  }

  /** A number of pixels, or a list of two. */
  Optional<Size2d> size(String name) {
    return get(name).map(CaseOptions::size);
  }

  /** A list of texts, or empty. */
  Optional<List<String>> texts(String name) {
    return get(name).map(CaseOptions::texts);
  }

  /** Accepts options that change how the reference computes, but not what. */
  void ignore(String... names) {
    asked.addAll(Set.of(names));
  }

  /** Throws if there is an option that nobody asked for. */
  void requireAllUsed() {
    List<String> unknown = json.keySet().stream().filter(key -> !asked.contains(key)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("Unknown options of " + owner + ": " + unknown);
    }
  }

  static double[] numbers(JsonElement json) {
    return json.getAsJsonArray().asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  /** A text, or several. */
  static List<String> texts(JsonElement json) {
    if (!json.isJsonArray()) {
      return List.of(json.getAsString());
    }
    List<String> texts = new ArrayList<>();
    json.getAsJsonArray().forEach(element -> texts.add(element.getAsString()));
    return texts;
  }

  private static Size2d size(JsonElement json) {
    if (!json.isJsonArray()) {
      return Size2d.of(json.getAsInt());
    }
    JsonArray pair = json.getAsJsonArray();
    return new Size2d(pair.get(0).getAsInt(), pair.get(1).getAsInt());
  }
}
