package org.e2spark.cli;

import org.e2spark.train.Span;
import org.e2spark.train.Validation;
import picocli.CommandLine.Option;

/** The options that say how a training is measured, and when it stops for that. */
final class ValidationFlags {

  @Option(
      names = "--validate",
      paramLabel = "SPLIT",
      defaultValue = "",
      description = "A split to measure the weights on while they are trained.")
  private String split;

  @Option(
      names = "--validate-every",
      paramLabel = "LENGTH",
      defaultValue = "1epochs",
      description = "How long between two measurements: 5000samples or 2epochs.")
  private Span every;

  @Option(
      names = "--best-by",
      paramLabel = "loss|accuracy",
      defaultValue = "loss",
      description = "What says which weights are the best; they are kept in --out/best.")
  private Validation.Metric metric;

  @Option(
      names = "--stop-after",
      paramLabel = "MEASUREMENTS",
      defaultValue = "0",
      description = "Stops after so many measurements without a new best; 0 to train to the end.")
  private int patience;

  @Option(
      names = "--min-delta",
      paramLabel = "CHANGE",
      defaultValue = "0",
      description = "By how much a new best must be better.")
  private double minDelta;

  @Option(
      names = "--restore-best",
      description = "Saves the best weights as the model, in place of the last.")
  private boolean restoreBest;

  /**
   * How it is measured.
   *
   * @param given of these options
   * @param file what holds where they are not
   * @throws IllegalArgumentException naming the value that is out of range
   */
  Validation validation(Given given, Validation file) {
    return new Validation(
        given.or("--validate", split, file.split()),
        given.or("--validate-every", every, file.every()),
        given.or("--best-by", metric, file.metric()),
        given.or("--min-delta", minDelta, file.minDelta()),
        given.or("--stop-after", patience, file.patience()),
        given.or("--restore-best", restoreBest, file.restoreBest()));
  }
}
