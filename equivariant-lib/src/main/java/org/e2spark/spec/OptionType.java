package org.e2spark.spec;

import java.util.Map;

/**
 * What values an option takes, and how they look as JSON.
 *
 * @param <T> the value in Java
 */
public interface OptionType<T> {

  /**
   * Reads a value.
   *
   * @param tree as {@link JsonTree} has it
   * @param path of the value, for messages
   * @throws SpecException if it is no such value
   */
  T read(Object tree, String path);

  /** The JSON schema of the values. */
  Map<String, Object> schema();
}
