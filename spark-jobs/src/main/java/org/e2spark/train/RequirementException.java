package org.e2spark.train;

/**
 * The cluster or the arguments do not allow what was asked; nothing was started. The message has
 * the value, the limit and the remedy.
 */
public final class RequirementException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message. */
  public RequirementException(String message) {
    super(message);
  }

  /** With a message and what was behind it. */
  public RequirementException(String message, Throwable cause) {
    super(message, cause);
  }
}
