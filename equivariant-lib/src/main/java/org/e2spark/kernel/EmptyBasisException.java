package org.e2spark.kernel;

/**
 * No kernel satisfies the constraint under the options given, so the layer would have nothing to
 * learn.
 */
public class EmptyBasisException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /** With what was asked, and what to change. */
  public EmptyBasisException(String message) {
    super(message);
  }
}
