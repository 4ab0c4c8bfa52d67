package org.e2spark.data.shard;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds or makes the local files that shards are mapped from. */
interface LocalShards {
  java.nio.file.Path file(ShardManifest.Shard shard);

  static LocalShards of(Path directory, Configuration configuration) {
    try {
      FileSystem fs = HadoopFiles.of(directory, configuration);
      if (HadoopFiles.isLocal(fs)) {
        java.nio.file.Path local =
            java.nio.file.Path.of(fs.makeQualified(directory).toUri().getPath());
        return shard -> local.resolve(shard.file());
      }
      throw new UnsupportedOperationException("Remote shards: " + directory);
    } catch (IOException e) {
      throw new ManifestException("Cannot open " + directory + ": " + e.getMessage(), e);
    }
  }
}
