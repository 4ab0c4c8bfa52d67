package org.e2spark.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the reference implementations of the published networks call their parameters, and what
 * {@link Classifier} calls the same ones.
 *
 * <p>The rule: {@code fully_net} and {@code linear} are {@code head}; everything else is inside
 * {@code features}, where lists called {@code eq_layers} and {@code layers} lose their name and
 * {@code bn} of the example networks is {@code bn1}.
 */
public final class ReferenceNames {

  private static final Map<String, String> PREFIXES = new LinkedHashMap<>();

  static {
    PREFIXES.put("fully_net.", "head.");
    PREFIXES.put("linear.", "head.");
    PREFIXES.put("eq_layers.", "features.");
    PREFIXES.put("layers.", "features.");
    PREFIXES.put("bn.", "features.bn1.");
  }

  private ReferenceNames() {}

  /** The name here of a parameter that has this name in the reference. */
  public static String toOurs(String reference) {
    for (Map.Entry<String, String> prefix : PREFIXES.entrySet()) {
      if (reference.startsWith(prefix.getKey())) {
        return prefix.getValue() + reference.substring(prefix.getKey().length());
      }
    }
    return "features." + reference;
  }

  /** The same entries under the names here, sorted. */
  public static <T> Map<String, T> toOurs(Map<String, T> reference) {
    Map<String, T> ours = new TreeMap<>();
    reference.forEach((name, value) -> ours.put(toOurs(name), value));
    return ours;
  }
}
