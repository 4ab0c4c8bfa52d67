package org.e2spark.checkpoint;

/** A checkpoint or model that cannot be read or written; the message names the file. */
public class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message. */
  public CheckpointException(String message) {
    super(message);
  }

  /** With a message and what was behind it. */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
