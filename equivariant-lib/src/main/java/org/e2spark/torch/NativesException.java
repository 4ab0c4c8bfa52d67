package org.e2spark.torch;

/** This JVM cannot compute: it has no libtorch for its platform, or one that does not load. */
public final class NativesException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  NativesException(String message, Throwable cause) {
    super(message, cause);
  }
}
