package org.e2spark.data.shard;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.task.UserPath;

/** Opens a directory's shards from local files: its own, or copies of remote ones. */
interface LocalShards {
  /**
   * Verifies and maps a shard.
   *
   * @throws CorruptShardException if it is not as the manifest says
   * @throws ShardCacheException if it is remote and cannot be fetched
   */
  MappedShard open(ShardManifest.Shard shard, ShardLayout layout, int classes);

  /**
   * Looks at a directory.
   *
   * @param ahead shards that are fetched now if they are remote; others are when they are opened
   * @param progress hears whenever some more was fetched or verified
   */
  static LocalShards of(
      Path directory,
      Configuration configuration,
      List<ShardManifest.Shard> ahead,
      Runnable progress) {
    return guarded(
        directory,
        () -> {
          FileSystem fs = UserPath.fileSystem(directory, configuration);
          Path qualified = fs.makeQualified(directory);
          if (HadoopFiles.isLocal(fs)) {
            java.nio.file.Path local = java.nio.file.Path.of(qualified.toUri().getPath());
            return (shard, layout, classes) ->
                MappedShard.open(local.resolve(shard.file()), shard, layout, classes, progress);
          }
          ShardCache cache = ShardCache.of(configuration, progress);
          cache.fetch(fs, qualified, ahead);
          return (shard, layout, classes) ->
              guarded(directory, () -> cache.open(fs, qualified, shard, layout, classes));
        });
  }

  private static <T> T guarded(Path directory, ShardCache.Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new ShardCacheException("Cannot open " + directory + ": " + e.getMessage(), e);
    }
  }
}
