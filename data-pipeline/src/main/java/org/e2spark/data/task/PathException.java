package org.e2spark.data.task;

/** A path that this application cannot use; the message has the path and the remedy. */
public final class PathException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PathException(String message, Throwable cause) {
    super(message, cause);
  }
}
