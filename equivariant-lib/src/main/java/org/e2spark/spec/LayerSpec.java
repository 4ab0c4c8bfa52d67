package org.e2spark.spec;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A layer as a value: its kind, its name among its neighbours, and its options.
 *
 * <p>As JSON an object of all of them: {@code {"kind": "R2Conv", "fields": ["24 x regular"],
 * "kernelSize": 7}}.
 *
 * @param kind as {@link LayerKind#name()}
 * @param name of its parameters, before the dot; null for its position
 * @param options by name, as {@link JsonTree} has values; those left out have their defaults
 */
public record LayerSpec(String kind, String name, Map<String, Object> options)
    implements Serializable {

  private static final String KIND = "kind";
  private static final String NAME = "name";
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_-]+");

  /**
   * Copies the options.
   *
   * @throws IllegalArgumentException if a name has other than letters, digits, - and _, or an
   *     option has no form in JSON
   */
  public LayerSpec {
    if (name != null && !NAMES.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Invalid name: '" + name + "' (must be letters, digits, - and _)");
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    options.forEach((key, value) -> copy.put(key, JsonTree.of(value)));
    options = Collections.unmodifiableMap(copy);
  }

  /** A layer with the defaults. */
  public static LayerSpec of(String kind) {
    return new LayerSpec(kind, null, Map.of());
  }

  /**
   * This with one more option.
   *
   * @param value a number, text, boolean, enum constant, layer, or a list of those
   */
  public LayerSpec with(String option, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(options);
    more.put(option, value);
    return new LayerSpec(kind, name, more);
  }

  /** This under a name. */
  public LayerSpec named(String newName) {
    return new LayerSpec(kind, newName, options);
  }

  /** As JSON has it. */
  public Map<String, Object> toTree() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(KIND, kind);
    if (name != null) {
      tree.put(NAME, name);
    }
    tree.putAll(options);
    return tree;
  }

  /**
   * Reads a layer and checks that it is of a known kind and has its options.
   *
   * @param path of the layer, for messages
   * @throws SpecException naming the path of what is wrong
   */
  static LayerSpec read(Object tree, LayerKind.Family family, String path) {
    Map<String, Object> rest = new LinkedHashMap<>(OptionTypes.object(tree, path));
    if (!rest.containsKey(KIND)) {
      throw new SpecException(path, "has no kind");
    }
    String kind = OptionTypes.text().read(rest.remove(KIND), path + "." + KIND);
    Object name = rest.remove(NAME);
    LayerSpec layer;
    try {
      layer =
          new LayerSpec(
              kind, name == null ? null : OptionTypes.text().read(name, path + "." + NAME), rest);
    } catch (SpecException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new SpecException(path + "." + NAME, e.getMessage(), e);
    }
    LayerKinds.find(kind, family, path).check(layer, path);
    return layer;
  }
}
