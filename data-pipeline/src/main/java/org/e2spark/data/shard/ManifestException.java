package org.e2spark.data.shard;

/** A manifest is missing, unreadable or says something impossible. */
public final class ManifestException extends ShardException {
  ManifestException(String message) {
    super(message, null);
  }

  ManifestException(String message, Throwable cause) {
    super(message, cause);
  }
}
