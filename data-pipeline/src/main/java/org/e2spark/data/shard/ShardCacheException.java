package org.e2spark.data.shard;

/** Remote shards cannot be kept on this machine's disk. */
public final class ShardCacheException extends ShardException {
  ShardCacheException(String message, Throwable cause) {
    super(message, cause);
  }
}
