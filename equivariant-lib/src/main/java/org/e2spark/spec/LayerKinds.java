package org.e2spark.spec;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.e2spark.text.Similar;

/** All kinds of layers that this JVM knows. */
public final class LayerKinds {

  private static final int SUGGESTED = 3;

  private LayerKinds() {}

  /** Found once; the class path does not change. */
  private static final class Known {
    private static final Map<LayerKind.Family, Map<String, LayerKind>> KINDS = find();

    private static Map<LayerKind.Family, Map<String, LayerKind>> find() {
      Map<LayerKind.Family, Map<String, LayerKind>> kinds = new TreeMap<>();
      for (LayerKind.Family family : LayerKind.Family.values()) {
        kinds.put(family, new TreeMap<>());
      }
      ClassLoader own = LayerKinds.class.getClassLoader();
      ClassLoader context = Thread.currentThread().getContextClassLoader();
      for (LayerKindProvider provider :
          ServiceLoader.load(LayerKindProvider.class, context == null ? own : context)) {
        for (LayerKind kind : provider.kinds()) {
          if (kinds.get(kind.family()).put(kind.name(), kind) != null) {
            throw new IllegalStateException(
                "Two kinds of layers are named "
                    + kind.name()
                    + ", one of them by "
                    + provider.getClass().getName());
          }
        }
      }
      return kinds;
    }
  }

  /** All kinds of a family, sorted by name. */
  public static Collection<LayerKind> all(LayerKind.Family family) {
    return Collections.unmodifiableCollection(Known.KINDS.get(family).values());
  }

  static LayerKind find(String name, LayerKind.Family family, String path) {
    Map<String, LayerKind> kinds = Known.KINDS.get(family);
    LayerKind kind = kinds.get(name);
    if (kind == null) {
      throw new SpecException(
          path + ".kind",
          "no kind of layer here is named '"
              + name
              + "'; did you mean "
              + String.join(", ", Similar.names(name, kinds.keySet(), SUGGESTED))
              + "? (one of your own needs its LayerKindProvider on the class path)");
    }
    return kind;
  }
}
