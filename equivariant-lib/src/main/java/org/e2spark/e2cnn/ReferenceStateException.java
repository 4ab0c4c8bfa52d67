package org.e2spark.e2cnn;

/** A saved state is not that of the network it is read into. */
public final class ReferenceStateException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With what differs, and what to do about it. */
  public ReferenceStateException(String message) {
    super(message);
  }
}
