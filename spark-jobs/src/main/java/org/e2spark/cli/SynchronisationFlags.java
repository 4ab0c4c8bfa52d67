package org.e2spark.cli;

import org.e2spark.engine.Mode;
import org.e2spark.train.LocalSteps;
import org.e2spark.train.OuterOptimizer;
import org.e2spark.train.OuterOptimizer.Style;
import org.e2spark.train.Span;
import picocli.CommandLine.Option;

/** The options that say how workers come to hold the same parameters. */
final class SynchronisationFlags {

  /** The outer optimisers by name. */
  enum Outer {
    PLAIN,
    MOMENTUM,
    NESTEROV
  }

  @Option(
      names = "--mode",
      defaultValue = "all-reduce",
      description =
          "all-reduce: workers run at once and sum over sockets; averaging: the driver averages"
              + " rounds of ordinary jobs, and workers may come and go; auto: all-reduce where it can"
              + " run.")
  private String mode;

  @Option(
      names = "--period",
      paramLabel = "LENGTH",
      defaultValue = "0samples",
      description =
          "How much of the training, over all workers, lies between two averages of parameters, such"
              + " as 1024samples; 0samples sums gradients at every step instead.")
  private Span period;

  @Option(
      names = "--adapt-period",
      description = "Shortens the period as the loss falls (AdaComm).")
  private boolean adapt;

  @Option(
      names = "--every-step",
      paramLabel = "LENGTH",
      defaultValue = "0samples",
      description = "The beginning of a training with --period that averages after every step.")
  private Span everyStep;

  @Option(
      names = "--outer",
      defaultValue = "plain",
      description = "What becomes of an average: plain takes it, momentum and nesterov move on.")
  private Outer outer;

  @Option(names = "--outer-rate", defaultValue = "1", description = "How far an average moves.")
  private double outerRate;

  @Option(
      names = "--outer-momentum",
      defaultValue = "0.9",
      description = "Of --outer momentum and nesterov.")
  private double outerMomentum;

  /**
   * The mode.
   *
   * @throws IllegalArgumentException when there is no such mode
   */
  Mode mode() {
    return switch (mode) {
      case "all-reduce" -> Mode.ALL_REDUCE;
      case "averaging" -> Mode.AVERAGING;
      case "auto" -> Mode.AUTO;
      default ->
          throw new IllegalArgumentException(
              "Invalid mode: '" + mode + "' (all-reduce, averaging or auto)");
    };
  }

  /**
   * The local steps.
   *
   * @param given of these options
   * @param file what holds where they are not
   * @throws IllegalArgumentException naming the value that is out of range
   */
  LocalSteps localSteps(Given given, LocalSteps file) {
    LocalSteps.Adaptation adaptation =
        adapt ? LocalSteps.Adaptation.ADACOMM : LocalSteps.Adaptation.FIXED;
    return new LocalSteps(
        given.or("--period", period, file.period()),
        given.or("--adapt-period", adaptation, file.adaptation()),
        given.or("--every-step", everyStep, file.warmUp()),
        given.any("--outer", "--outer-rate", "--outer-momentum")
            ? outer(given, file.outer())
            : file.outer());
  }

  private OuterOptimizer outer(Given given, OuterOptimizer file) {
    double rate = given.or("--outer-rate", outerRate, file.rate());
    double kept = file.momentum() > 0 ? file.momentum() : outerMomentum;
    double momentum = given.or("--outer-momentum", outerMomentum, kept);
    Outer chosen = given.or("--outer", outer, named(file));
    if (chosen == Outer.PLAIN) {
      given.refuse(
          "no effect with --outer plain: leave it out, or choose momentum or nesterov",
          "--outer-momentum");
    }
    return switch (chosen) {
      case PLAIN -> new OuterOptimizer(Style.HEAVY_BALL, rate, 0);
      case MOMENTUM -> new OuterOptimizer(Style.HEAVY_BALL, rate, momentum);
      case NESTEROV -> new OuterOptimizer(Style.NESTEROV, rate, momentum);
    };
  }

  private static Outer named(OuterOptimizer file) {
    if (file.momentum() == 0) {
      return Outer.PLAIN;
    }
    return file.style() == Style.NESTEROV ? Outer.NESTEROV : Outer.MOMENTUM;
  }
}
