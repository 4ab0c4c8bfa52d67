package org.e2spark.data.shard;

import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;

/**
 * The shards that datasets of this JVM have open, each verified and mapped once for all of them.
 *
 * <p>A shard that no dataset has open any more is verified again when the next one opens it.
 */
final class SharedShards {

  /**
   * What is expected where.
   *
   * @param directory qualified
   * @param shard of its manifest
   */
  record Key(Path directory, ShardManifest.Shard shard, ShardLayout layout, int classes) {}

  /** Weakly, so that a dataset that nobody closed keeps no file mapped. */
  private record Held(WeakReference<MappedShard> shard, int datasets) {}

  private static final Map<Key, Held> HELD = new ConcurrentHashMap<>();

  private SharedShards() {}

  /** One that is open, or else one that is opened now while others who want it wait. */
  static MappedShard take(Key key, Supplier<MappedShard> open) {
    MappedShard[] taken = new MappedShard[1];
    HELD.compute(
        key,
        (same, held) -> {
          taken[0] = held == null ? null : held.shard().get();
          if (taken[0] == null) {
            taken[0] = open.get();
          }
          return new Held(new WeakReference<>(taken[0]), held == null ? 1 : held.datasets() + 1);
        });
    return taken[0];
  }

  /** Says that one who took it needs it no longer. */
  static void giveBack(Key key) {
    HELD.computeIfPresent(
        key,
        (same, held) -> held.datasets() == 1 ? null : new Held(held.shard(), held.datasets() - 1));
  }
}
