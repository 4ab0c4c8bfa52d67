package org.e2spark.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;

/**
 * Layers for the fields of some labels.
 *
 * @param labels in the order in which their fields come
 * @param layers one, or several one after another
 * @param path of the branch, for messages
 */
public record Branch(List<String> labels, List<LayerSpec> layers, String path) {

  private static final String LABELS = "labels";
  private static final String LAYERS = "layers";
  private static final OptionType<List<String>> TEXTS = OptionTypes.list(OptionTypes.text());
  private static final OptionType<List<LayerSpec>> MODULES =
      OptionTypes.layers(LayerKind.Family.EQUIVARIANT);

  /** Lists of branches. */
  public static OptionType<List<Branch>> type() {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", Map.of(LABELS, TEXTS.schema(), LAYERS, MODULES.schema()));
    schema.put("required", List.of(LABELS, LAYERS));
    schema.put("additionalProperties", false);
    return OptionTypes.list(OptionTypes.of(schema, Branch::read));
  }

  private static Branch read(Object tree, String path) {
    Map<String, Object> object = OptionTypes.object(tree, path);
    for (String key : object.keySet()) {
      if (!key.equals(LABELS) && !key.equals(LAYERS)) {
        throw new SpecException(path + "." + key, "is none of " + LABELS + ", " + LAYERS);
      }
    }
    for (String key : List.of(LABELS, LAYERS)) {
      if (!object.containsKey(key)) {
        throw new SpecException(path + "." + key, "is missing");
      }
    }
    return new Branch(
        TEXTS.read(object.get(LABELS), path + "." + LABELS),
        MODULES.read(object.get(LAYERS), path + "." + LAYERS),
        path);
  }

  /**
   * The layer, or the sequence of several.
   *
   * @param types of the fields, by label
   */
  public EquivariantModule module(Map<String, FieldType> types) {
    FieldType in = null;
    for (String label : labels) {
      FieldType type = types.get(label);
      if (type == null) {
        throw new SpecException(
            path + "." + LABELS, "no field has label '" + label + "': there are " + types.keySet());
      }
      in = in == null ? type : in.plus(type);
    }
    if (in == null) {
      throw new SpecException(path + "." + LABELS, "no labels (must be at least one)");
    }
    return Assembly.module(layers, in, path + "." + LAYERS);
  }
}
