package org.e2spark.engine;

/** An attempt ends because a machine is taken away, as was announced: nothing is lost. */
final class LeavingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LeavingException(String message) {
    super(message);
  }
}
