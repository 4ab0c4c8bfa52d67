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
      description = "adam, adamw, sgd or nesterov.")
  private Rule rule;

  @Option(names = "--momentum", defaultValue = "0.9", description = "Of sgd and nesterov.")
  private double momentum;

  @Option(
      names = "--beta1",
      defaultValue = "0.9",
      description = "Of adam and adamw: what stays of the mean of gradients.")
  private double beta1;

  @Option(
      names = "--beta2",
      defaultValue = "0.999",
      description = "Of adam and adamw: what stays of the mean of squared gradients.")
  private double beta2;

  @Option(
      names = "--epsilon",
      defaultValue = "1e-8",
      description = "Of adam and adamw: added to the root by which a step is divided.")
  private double epsilon;

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
   * @param given of these options
   * @param file what holds where they are not
   * @throws IllegalArgumentException naming the value that is out of range, or that the rule lacks
   */
  Optimizer optimizer(Given given, Optimizer file) {
    Penalties all = penalties(given, penaltiesOf(file));
    Optimizer chosen = given.any("--optimizer") ? chosen(file) : file;
    if (chosen instanceof Sgd sgd) {
      given.refuse(
          "no effect with sgd and nesterov: leave it out, or choose --optimizer adam or adamw",
          "--beta1",
          "--beta2",
          "--epsilon");
      return new Sgd(given.or("--momentum", momentum, sgd.momentum()), sgd.style(), all);
    }
    given.refuse(
        "no effect with adam and adamw: leave it out, or choose --optimizer sgd or nesterov",
        "--momentum");
    if (chosen instanceof Adam adam) {
      return adam(given, adam).withPenalties(all);
    }
    AdamW adam = (AdamW) chosen;
    Adam rule = adam(given, new Adam(adam.beta1(), adam.beta2(), adam.epsilon(), Penalties.NONE));
    return new AdamW(rule.beta1(), rule.beta2(), rule.epsilon(), all);
  }

  private Adam adam(Given given, Adam file) {
    return new Adam(
        given.or("--beta1", beta1, file.beta1()),
        given.or("--beta2", beta2, file.beta2()),
        given.or("--epsilon", epsilon, file.epsilon()),
        file.penalties());
  }

  /** The rule, with the file's numbers where the file has the same rule. */
  private Optimizer chosen(Optimizer file) {
    Adam usual = Optimizer.adam();
    return switch (rule) {
      case ADAM -> file instanceof Adam ? file : usual;
      case ADAMW ->
          file instanceof AdamW
              ? file
              : new AdamW(usual.beta1(), usual.beta2(), usual.epsilon(), Penalties.NONE);
      case SGD -> new Sgd(momentumOf(file), Sgd.Style.HEAVY_BALL, Penalties.NONE);
      case NESTEROV -> new Sgd(momentumOf(file), Sgd.Style.NESTEROV, Penalties.NONE);
    };
  }

  private double momentumOf(Optimizer file) {
    return file instanceof Sgd sgd && sgd.momentum() > 0 ? sgd.momentum() : momentum;
  }

  private static Penalties penaltiesOf(Optimizer file) {
    if (file instanceof Adam adam) {
      return adam.penalties();
    }
    return file instanceof AdamW adam ? adam.decay() : ((Sgd) file).penalties();
  }

  private Penalties penalties(Given given, Penalties file) {
    List<Penalties.Rule> rules = new ArrayList<>();
    if (given.any("--penalty")) {
      penalties.forEach(text -> rules.add(penalty(text)));
    } else {
      file.rules().stream().filter(rule -> !isForAll(rule)).forEach(rules::add);
    }
    if (given.any("--weight-decay")) {
      rules.addAll(Penalties.weightDecay(weightDecay).rules());
    } else {
      file.rules().stream().filter(OptimizerFlags::isForAll).forEach(rules::add);
    }
    return new Penalties(rules);
  }

  private static boolean isForAll(Penalties.Rule rule) {
    return rule.pattern().isEmpty();
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
