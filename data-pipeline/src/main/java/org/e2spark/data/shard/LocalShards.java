package org.e2spark.data.shard;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Opens a directory's shards from local files: its own, or copies of remote ones. */
interface LocalShards {
  MappedShard open(ShardManifest.Shard shard, ShardLayout layout, int classes);

  /** For all shards of a manifest. */
  static LocalShards of(Path directory, Configuration configuration, ShardManifest manifest) {
    return of(
        directory,
        configuration,
        manifest.splits().values().stream().flatMap(split -> split.shards().stream()).toList());
  }

  /** For these shards; remote ones are fetched now. */
  static LocalShards of(
      Path directory, Configuration configuration, List<ShardManifest.Shard> shards) {
    try {
      FileSystem fs = HadoopFiles.of(directory, configuration);
      Path qualified = fs.makeQualified(directory);
      if (HadoopFiles.isLocal(fs)) {
        java.nio.file.Path local = java.nio.file.Path.of(qualified.toUri().getPath());
        return (shard, layout, classes) ->
            MappedShard.open(local.resolve(shard.file()), shard, layout, classes);
      }
      ShardCache cache = ShardCache.of(configuration);
      cache.fetch(fs, qualified, shards);
      return (shard, layout, classes) -> cache.open(fs, qualified, shard, layout, classes);
    } catch (IOException e) {
      throw new ShardCacheException("Cannot open " + directory + ": " + e.getMessage(), e);
    }
  }
}
