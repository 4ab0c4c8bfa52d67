package org.e2spark.data.source.known;

/** A published file that could not be fetched; what has arrived of it is kept for the next try. */
public final class FetchException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  FetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
