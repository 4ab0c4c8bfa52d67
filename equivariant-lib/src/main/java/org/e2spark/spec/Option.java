package org.e2spark.spec;

/**
 * An option of a kind of layers.
 *
 * @param name as JSON has it
 * @param type which values it takes
 * @param presence whether it must be given
 * @param standard its value where it is not given; may be null
 * @param description in a sentence
 * @param <T> of its values
 */
public record Option<T>(
    String name, OptionType<T> type, Presence presence, T standard, String description) {

  /** Whether an option must be given. */
  public enum Presence {
    REQUIRED,
    OPTIONAL
  }

  /** One that must be given. */
  public static <T> Option<T> required(String name, OptionType<T> type, String description) {
    return new Option<>(name, type, Presence.REQUIRED, null, description);
  }

  /** One that may be left out, and is null then. */
  public static <T> Option<T> optional(String name, OptionType<T> type, String description) {
    return new Option<>(name, type, Presence.OPTIONAL, null, description);
  }

  /** One with a default. */
  public static <T> Option<T> of(String name, OptionType<T> type, T standard, String description) {
    return new Option<>(name, type, Presence.OPTIONAL, standard, description);
  }

  boolean isRequired() {
    return presence == Presence.REQUIRED;
  }
}
