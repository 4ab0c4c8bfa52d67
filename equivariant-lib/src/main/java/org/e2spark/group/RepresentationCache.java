package org.e2spark.group;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Regular, quotient and induced representations built lately: at most {@value #CAPACITY}, the least
 * recently used goes first.
 */
final class RepresentationCache {

  private static final int CAPACITY = 256;

  private static final Map<Object, Representation> CACHE =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Representation> eldest) {
          return size() > CAPACITY;
        }
      };

  private RepresentationCache() {}

  static Representation regular(Group group) {
    return get(List.of("regular", group), () -> RegularRepresentation.build(group));
  }

  static Representation quotient(Group group, SubgroupId id) {
    return get(List.of("quotient", group, id), () -> Induction.quotient(group, id));
  }

  static Representation induced(Group group, SubgroupId id, Irrep irrep) {
    return get(
        List.of("induced", group, id, irrep.group(), Arrays.toString(irrep.id())),
        () -> Induction.induced(group, id, irrep));
  }

  private static Representation get(Object key, Supplier<Representation> builder) {
    synchronized (CACHE) {
      Representation known = CACHE.get(key);
      if (known != null) {
        return known;
      }
    }
    Representation built = builder.get();
    synchronized (CACHE) {
      Representation earlier = CACHE.putIfAbsent(key, built);
      return earlier != null ? earlier : built;
    }
  }
}
