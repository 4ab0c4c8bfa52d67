package org.e2spark.track;

/**
 * A name in MLflow's registry, as {@code NAME} or {@code NAME@ALIAS}.
 *
 * @param name empty for a model that is not registered
 * @param alias that the new version takes over; empty for none
 */
public record ModelName(String name, String alias) {

  /** Of a model that is not registered. */
  public static final ModelName NONE = new ModelName("", "");

  /**
   * Reads the form.
   *
   * @throws IllegalArgumentException if a part is missing
   */
  public static ModelName of(String text) {
    int at = text.indexOf('@');
    ModelName name =
        at < 0
            ? new ModelName(text, "")
            : new ModelName(text.substring(0, at), text.substring(at + 1));
    if (name.name.isBlank() || (at >= 0 && name.alias.isBlank())) {
      throw new IllegalArgumentException(
          "Invalid name of a model: '" + text + "' (must be NAME or NAME@ALIAS)");
    }
    return name;
  }

  /** Whether there is a name. */
  public boolean isGiven() {
    return !name.isEmpty();
  }

  @Override
  public String toString() {
    return alias.isEmpty() ? name : name + "@" + alias;
  }
}
