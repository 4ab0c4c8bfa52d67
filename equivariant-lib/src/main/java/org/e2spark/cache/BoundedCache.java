package org.e2spark.cache;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Values made lately, up to a total weight: the least recently used goes first. Threads may share
 * it; no lock is held while a value is made, so that one value may need others.
 */
public final class BoundedCache<K, V> {

  private final long capacity;
  private final ToLongFunction<V> weight;
  private final Map<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
  private long held;

  private BoundedCache(long capacity, ToLongFunction<V> weight) {
    this.capacity = capacity;
    this.weight = weight;
  }

  /** Keeps at most that many values. */
  public static <K, V> BoundedCache<K, V> ofSize(int values) {
    return new BoundedCache<>(values, value -> 1);
  }

  /** Keeps values of at most that weight together, or the last one alone. */
  public static <K, V> BoundedCache<K, V> ofWeight(long capacity, ToLongFunction<V> weight) {
    return new BoundedCache<>(capacity, weight);
  }

  /** The value of a key, made if it is not there; all callers get the one made first. */
  public V get(K key, Supplier<V> maker) {
    synchronized (values) {
      V known = values.get(key);
      if (known != null) {
        return known;
      }
    }
    V made = maker.get();
    synchronized (values) {
      V earlier = values.putIfAbsent(key, made);
      if (earlier != null) {
        return earlier;
      }
      held += weight.applyAsLong(made);
      var eldest = values.values().iterator();
      while (held > capacity && values.size() > 1) {
        held -= weight.applyAsLong(eldest.next());
        eldest.remove();
      }
      return made;
    }
  }
}
