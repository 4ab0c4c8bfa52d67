package org.e2spark.cli;

import java.util.Arrays;
import picocli.CommandLine.ParseResult;

/**
 * The options that were written on the command line, which go before a file's and the defaults.
 *
 * @param parsed the command line
 */
record Given(ParseResult parsed) {

  /** Whether one of these was. */
  boolean any(String... options) {
    return Arrays.stream(options).anyMatch(parsed::hasMatchedOption);
  }

  /** The option's value where it was, or else what holds without. */
  <T> T or(String option, T value, T otherwise) {
    return any(option) ? value : otherwise;
  }

  /**
   * Refuses options that change nothing.
   *
   * @param why such as "no effect with --optimizer sgd"
   * @throws IllegalArgumentException naming the first that was written
   */
  void refuse(String why, String... options) {
    for (String option : options) {
      if (any(option)) {
        throw new IllegalArgumentException(option + " has " + why);
      }
    }
  }
}
