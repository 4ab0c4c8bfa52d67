package org.e2spark.data.shard;

/** Root of the failures that shards and their manifests can raise on purpose. */
public abstract sealed class ShardException extends RuntimeException
    permits CorruptShardException, ManifestException, OutputConflictException, ShardCacheException {
  ShardException(String message, Throwable cause) {
    super(message, cause);
  }
}
