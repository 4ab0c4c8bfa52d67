package org.e2spark.cli;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.optim.Adam;
import org.e2spark.optim.AdamW;
import org.e2spark.optim.Optimizer;
import org.e2spark.optim.Penalties;
import org.e2spark.optim.Sgd;
import picocli.CommandLine.Option;

/** The options that make an optimiser. */
final class OptimizerFlags {

  /** The rules by name. */
  enum Rule {
    ADAM,
    ADAMW,
    SGD,
    NESTEROV
  }

  @Option(
      names = "--optimizer",
      defaultValue = "adam",
      description = "adam, adamw, sgd or nesterov; all their numbers in --options.")
  private Rule rule;

  @Option(names = "--momentum", defaultValue = "0.9", description = "Of sgd and nesterov.")
  private double momentum;

  @Option(
      names = "--weight-decay",
      defaultValue = "0",
      description = "Squared penalty on every parameter that no --penalty names.")
  private double weightDecay;

  @Option(
      names = "--penalty",
      paramLabel = "PATTERN=L1:L2",
      description =
          "Absolute and squared penalty on the parameters in whose name the regular expression is"
              + " found; the first that is found holds. May be repeated.")
  private List<String> penalties = List.of();

  /**
   * The optimiser.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  Optimizer optimizer() {
    List<Penalties.Rule> rules = new ArrayList<>();
    penalties.forEach(text -> rules.add(penalty(text)));
    rules.addAll(Penalties.weightDecay(weightDecay).rules());
    Penalties all = new Penalties(rules);
    return switch (rule) {
      case ADAM -> Optimizer.adam().withPenalties(all);
      case ADAMW -> {
        Adam usual = Optimizer.adam();
        yield new AdamW(usual.beta1(), usual.beta2(), usual.epsilon(), all);
      }
      case SGD -> new Sgd(momentum, Sgd.Style.HEAVY_BALL, all);
      case NESTEROV -> new Sgd(momentum, Sgd.Style.NESTEROV, all);
    };
  }

  private static Penalties.Rule penalty(String text) {
    int equals = text.lastIndexOf('=');
    String[] strengths = text.substring(equals + 1).split(":", -1);
    try {
      if (equals >= 0 && strengths.length == 2) {
        return new Penalties.Rule(
            text.substring(0, equals),
            Double.parseDouble(strengths[0]),
            Double.parseDouble(strengths[1]));
      }
    } catch (NumberFormatException e) {
      throw notAPenalty(text, e);
    }
    throw notAPenalty(text, null);
  }

  private static IllegalArgumentException notAPenalty(String text, RuntimeException cause) {
    return new IllegalArgumentException(
        "'" + text + "' is no penalty (PATTERN=L1:L2, such as conv=0:1e-7)", cause);
  }
}
