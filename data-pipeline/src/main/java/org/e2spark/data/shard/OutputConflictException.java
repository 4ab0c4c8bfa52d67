package org.e2spark.data.shard;

/**
 * A shard directory already holds the work of a different job, which this one must not mix with.
 */
public final class OutputConflictException extends ShardException {
  OutputConflictException(String message) {
    super(message, null);
  }
}
