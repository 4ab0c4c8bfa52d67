package org.e2spark.train;

/** A training that could not go on; the message tells the first failure. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message. */
  public TrainingException(String message) {
    super(message);
  }

  /** With a message and what was behind it. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
