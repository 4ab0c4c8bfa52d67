package org.e2spark.e2cnn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.e2spark.model.ModelSpec;
import org.e2spark.spec.LayerSpec;

/**
 * The Python module that builds a network with e2cnn: it reads the specification from {@value
 * #DESCRIPTION} and the values from {@value #STATE} beside it.
 */
public final class PythonNetwork {

  /** The module's file. */
  public static final String MODULE = "network.py";

  /** A JSON object of {@code network}, a {@link ModelSpec}, and {@code metadata}, any object. */
  public static final String DESCRIPTION = "network.json";

  /** What {@code torch.save} would write of the parameters. */
  public static final String STATE = "state_dict.pt";

  private static final String KIND = "kind";

  private PythonNetwork() {}

  /** The module's text. */
  public static String module() {
    try (InputStream text =
        Objects.requireNonNull(PythonNetwork.class.getResourceAsStream(MODULE), MODULE)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + MODULE, e);
    }
  }

  /** The kinds of a network's layers that the module cannot build, sorted. */
  public static Set<String> unknownKinds(ModelSpec network) {
    String module = module();
    Set<String> kinds = new TreeSet<>();
    for (LayerSpec layer : network.layers()) {
      collect(layer.toTree(), kinds);
    }
    for (LayerSpec layer : network.head()) {
      collect(layer.toTree(), kinds);
    }
    kinds.removeIf(
        kind -> module.contains("\ndef " + kind + "(in_type") || module.contains('"' + kind + '"'));
    return kinds;
  }

  private static void collect(Object tree, Set<String> kinds) {
    if (tree instanceof Map<?, ?> map) {
      if (map.get(KIND) instanceof String kind) {
        kinds.add(kind);
      }
      collect(map.values(), kinds);
    } else if (tree instanceof Collection<?> items) {
      items.forEach(item -> collect(item, kinds));
    }
  }
}
