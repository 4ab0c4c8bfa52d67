package org.e2spark.checkpoint;

/** A checkpoint or model whose bytes are there but not those that were written. */
public final class DamagedException extends CheckpointException {
  private static final long serialVersionUID = 1;

  DamagedException(String message) {
    super(message);
  }

  DamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
