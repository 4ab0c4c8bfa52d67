package org.e2spark.group;

import java.util.Arrays;
import java.util.List;
import org.e2spark.cache.BoundedCache;

/** Regular, quotient and induced representations built lately. */
final class RepresentationCache {

  private static final BoundedCache<Object, Representation> CACHE = BoundedCache.ofSize(256);

  private RepresentationCache() {}

  static Representation regular(Group group) {
    return CACHE.get(List.of("regular", group), () -> RegularRepresentation.build(group));
  }

  static Representation quotient(Group group, SubgroupId id) {
    return CACHE.get(List.of("quotient", group, id), () -> Induction.quotient(group, id));
  }

  static Representation induced(Group group, SubgroupId id, Irrep irrep) {
    return CACHE.get(
        List.of("induced", group, id, irrep.group(), Arrays.toString(irrep.id())),
        () -> Induction.induced(group, id, irrep));
  }
}
