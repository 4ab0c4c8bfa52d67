package org.e2spark.engine;

/** The data that a worker read is damaged; the message names the file and what is wrong with it. */
public final class CorruptTrainingDataException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CorruptTrainingDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
