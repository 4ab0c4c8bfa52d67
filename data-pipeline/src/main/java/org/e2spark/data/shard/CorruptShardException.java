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

  static CorruptShardException ofLength(String file, long found, long expected) {
    return new CorruptShardException(
        file, "it has " + found + " bytes (manifest: " + expected + ")");
  }

  static CorruptShardException ofMissing(String file, Throwable cause) {
    return new CorruptShardException(file, "the manifest lists it, but it is not there", cause);
  }

  /** The shard's path, as the dataset opened it. */
  public String file() {
    return file;
  }
}
