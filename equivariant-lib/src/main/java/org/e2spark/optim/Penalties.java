package org.e2spark.optim;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which parameters are drawn towards zero, and how strongly: {@code l1 · sign(p) + l2 · p} is added
 * to the gradient of a parameter p. The first rule whose pattern is found in the parameter's name
 * holds; a parameter without one has no penalty.
 *
 * @param rules in order
 */
public record Penalties(List<Rule> rules) implements Serializable {

  /** No penalty for anything. */
  public static final Penalties NONE = new Penalties(List.of());

  /** Copies the rules. */
  public Penalties {
    rules = List.copyOf(rules);
  }

  /** The same squared penalty for every parameter, which is PyTorch's {@code weight_decay}. */
  public static Penalties weightDecay(double l2) {
    return l2 == 0 ? NONE : new Penalties(List.of(new Rule("", 0, l2)));
  }

  /** The rule for a parameter of this name. */
  public Rule of(String parameter) {
    for (Rule rule : rules) {
      if (Pattern.compile(rule.pattern()).matcher(parameter).find()) {
        return rule;
      }
    }
    return Rule.NONE;
  }

  /**
   * One rule.
   *
   * @param pattern a regular expression; empty for every name
   * @param l1 strength of the absolute penalty, at least 0
   * @param l2 strength of the squared penalty, at least 0
   */
  public record Rule(String pattern, double l1, double l2) implements Serializable {
    static final Rule NONE = new Rule("", 0, 0);

    /** Checks that neither strength is negative. */
    public Rule {
      if (!(l1 >= 0 && l2 >= 0)) {
        throw new IllegalArgumentException(
            "Invalid penalty: l1 " + l1 + ", l2 " + l2 + " (both must be >= 0)");
      }
    }
  }
}
