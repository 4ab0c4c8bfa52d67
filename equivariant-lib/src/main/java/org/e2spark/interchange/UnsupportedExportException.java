package org.e2spark.interchange;

/** A block has no plain form, or a plain layer none in the format asked for. */
public final class UnsupportedExportException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnsupportedExportException(String message) {
    super(message);
  }
}
