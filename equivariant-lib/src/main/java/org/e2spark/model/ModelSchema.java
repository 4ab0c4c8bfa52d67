package org.e2spark.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.e2spark.spec.GSpaces;
import org.e2spark.spec.JsonTree;
import org.e2spark.spec.LayerKind;
import org.e2spark.spec.LayerKinds;
import org.e2spark.spec.Option;
import org.e2spark.spec.OptionTypes;

/** The JSON schema of {@link ModelSpec}, from the kinds of layers that this JVM knows. */
public final class ModelSchema {

  /** What an editor finds the schema by; without a meaning here. */
  static final String SCHEMA_KEY = "$schema";

  private static final String TYPE = "type";
  private static final String OBJECT = "object";
  private static final String PROPERTIES = "properties";
  private static final String REQUIRED = "required";
  private static final String CLOSED = "additionalProperties";

  private ModelSchema() {}

  /** The schema, draft 2020-12, as indented JSON. */
  public static String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put(SCHEMA_KEY, "https://json-schema.org/draft/2020-12/schema");
    root.put("title", "A network of e2spark");
    root.put(TYPE, OBJECT);
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put(SCHEMA_KEY, Map.of(TYPE, "string"));
    properties.put(ModelSpec.VERSION, Map.of("const", ModelSpec.FORMAT_VERSION));
    properties.put(ModelSpec.GSPACE, GSpaces.schema());
    properties.put(ModelSpec.INPUT, input());
    properties.put(ModelSpec.CLASSES, OptionTypes.integer(2).schema());
    properties.put(ModelSpec.LAYERS, Map.of(TYPE, "array", "minItems", 1));
    properties.put(ModelSpec.REDUCTION, OptionTypes.choice(Classifier.Reduction.class).schema());
    properties.put(ModelSpec.HEAD, listOf(LayerKind.Family.ORDINARY));
    root.put(PROPERTIES, properties);
    root.put(
        REQUIRED,
        List.of(
            ModelSpec.VERSION,
            ModelSpec.INPUT,
            ModelSpec.CLASSES,
            ModelSpec.LAYERS,
            ModelSpec.REDUCTION));
    root.put(CLOSED, false);
    root.put("if", Map.of(REQUIRED, List.of(ModelSpec.GSPACE)));
    root.put("then", layersOf(LayerKind.Family.EQUIVARIANT));
    root.put("else", layersOf(LayerKind.Family.ORDINARY));
    Map<String, Object> definitions = new LinkedHashMap<>();
    for (LayerKind.Family family : LayerKind.Family.values()) {
      definitions.put(
          family.definition(),
          Map.of("oneOf", LayerKinds.all(family).stream().map(ModelSchema::kind).toList()));
    }
    root.put("$defs", definitions);
    return JsonTree.write(sorted(root));
  }

  private static Map<String, Object> layersOf(LayerKind.Family family) {
    return Map.of(PROPERTIES, Map.of(ModelSpec.LAYERS, listOf(family)));
  }

  private static Map<String, Object> listOf(LayerKind.Family family) {
    return Map.of(TYPE, "array", "items", Map.of("$ref", "#/$defs/" + family.definition()));
  }

  private static Map<String, Object> input() {
    Map<String, Object> properties = new LinkedHashMap<>();
    ModelSpec.INPUT_KEYS.forEach(key -> properties.put(key, OptionTypes.integer(1).schema()));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put(TYPE, OBJECT);
    schema.put(PROPERTIES, properties);
    schema.put(REQUIRED, ModelSpec.INPUT_KEYS);
    schema.put(CLOSED, false);
    return schema;
  }

  private static Map<String, Object> kind(LayerKind kind) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("kind", Map.of("const", kind.name()));
    properties.put("name", Map.of(TYPE, "string", "pattern", "^[A-Za-z0-9_-]+$"));
    List<String> required = new ArrayList<>(List.of("kind"));
    for (Option<?> option : kind.options()) {
      Map<String, Object> schema = new LinkedHashMap<>();
      schema.put("description", option.description());
      schema.putAll(new TreeMap<>(option.type().schema()));
      properties.put(option.name(), schema);
      if (option.presence() == Option.Presence.REQUIRED) {
        required.add(option.name());
      }
    }
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("description", kind.description());
    schema.put(TYPE, OBJECT);
    schema.put(PROPERTIES, properties);
    schema.put(REQUIRED, required);
    schema.put(CLOSED, false);
    return schema;
  }

  /**
   * The keys of maps without an order, which {@link Map#of} makes, in the order of the alphabet.
   */
  private static Object sorted(Object tree) {
    if (tree instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      var keys = map.keySet().stream().map(String.class::cast);
      (map instanceof LinkedHashMap ? keys : keys.sorted())
          .forEach(key -> copy.put(key, sorted(map.get(key))));
      return copy;
    }
    return tree instanceof List<?> list ? list.stream().map(ModelSchema::sorted).toList() : tree;
  }
}
