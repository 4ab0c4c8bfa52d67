package org.e2spark.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.e2spark.nn.Size2d;

/**
 * The options of a module case; remembers which were asked for, so that an unknown one is noticed.
 */
final class ModuleOptions {

  private final JsonObject json;
  private final Set<String> asked = new HashSet<>();

  ModuleOptions(JsonObject json) {
    this.json = json;
  }

  /** The value of an option that may be absent or null. */
  Optional<JsonElement> get(String name) {
    asked.add(name);
    return Optional.ofNullable(json.get(name)).filter(value -> !value.isJsonNull());
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

  /** A number of pixels, or a list of two. */
  Optional<Size2d> size(String name) {
    return get(name).map(ConvCases::size);
  }

  /** A list of texts, or empty. */
  Optional<List<String>> texts(String name) {
    return get(name)
        .map(
            value -> {
              List<String> texts = new ArrayList<>();
              value.getAsJsonArray().forEach(element -> texts.add(element.getAsString()));
              return texts;
            });
  }

  /** Accepts options that change how the reference computes, but not what. */
  void ignore(String... names) {
    asked.addAll(Set.of(names));
  }

  void requireAllUsed(String label) {
    List<String> unknown = json.keySet().stream().filter(key -> !asked.contains(key)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("Unknown options of " + label + ": " + unknown);
    }
  }
}
