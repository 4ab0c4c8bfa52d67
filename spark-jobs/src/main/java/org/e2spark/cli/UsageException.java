package org.e2spark.cli;

/**
 * Something the user can mend: an option, a path, the Spark version, the size of the cluster. Its
 * message is one line with the value, the limit and the fix; the tool exits with 2.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message one line: the value, the limit, the fix
   */
  public UsageException(String message) {
    super(message);
  }

  /**
   * Creates the exception for a failure found elsewhere.
   *
   * @param message one line: the value, the limit, the fix
   * @param cause where it was found
   */
  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
