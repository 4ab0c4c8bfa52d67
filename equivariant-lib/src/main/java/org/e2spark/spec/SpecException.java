package org.e2spark.spec;

/** Something that is wrong with a specification, beginning with the path of the value. */
public final class SpecException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final String path;

  /**
   * At a place of the specification.
   *
   * @param path such as {@code layers[3].kernelSize}
   */
  public SpecException(String path, String message) {
    this(path, message, null);
  }

  /** As {@link #SpecException(String, String)}, because of another exception. */
  public SpecException(String path, String message, Throwable cause) {
    super(path.isEmpty() ? message : path + ": " + message, cause);
    this.path = path;
  }

  /** Where it is, such as {@code layers[3].kernelSize}; empty for the whole. */
  public String path() {
    return path;
  }
}
