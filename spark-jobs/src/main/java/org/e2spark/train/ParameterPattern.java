package org.e2spark.train;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.e2spark.text.Similar;

/** A regular expression that is looked for in the names of a network's parameters. */
final class ParameterPattern {

  private static final int NEAREST = 3;

  private final Pattern pattern;

  private ParameterPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * A pattern.
   *
   * @throws IllegalArgumentException if the text is no regular expression
   */
  static ParameterPattern of(String text) {
    try {
      return new ParameterPattern(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no pattern of parameters' names: " + e.getMessage(), e);
    }
  }

  /**
   * The names in which any of the patterns is found.
   *
   * @throws IllegalArgumentException if one is found in none, naming the nearest
   */
  static Set<String> find(List<String> patterns, Collection<String> names) {
    Set<String> all = new LinkedHashSet<>();
    for (String text : patterns) {
      ParameterPattern pattern = of(text);
      List<String> found = names.stream().filter(pattern::isIn).toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException(
            "No parameter's name has '"
                + text
                + "' in it (the nearest: "
                + String.join(", ", Similar.names(text, names, NEAREST))
                + ")");
      }
      all.addAll(found);
    }
    return all;
  }

  boolean isIn(String name) {
    return pattern.matcher(name).find();
  }
}
