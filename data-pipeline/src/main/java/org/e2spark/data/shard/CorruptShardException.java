package org.e2spark.data.shard;

/** A shard's bytes are not those its manifest promises, so nothing was read from it. */
public final class CorruptShardException extends ShardException {
  private final String file;

  CorruptShardException(String file, String detail) {
    this(file, detail, null);
  }

  CorruptShardException(String file, String detail, Throwable cause) {
    super("Corrupt shard " + file + ": " + detail, cause);
    this.file = file;
  }

  /** The shard's path, as the dataset opened it. */
  public String file() {
    return file;
  }
}
