package org.e2spark.cli;

import java.util.Arrays;
import java.util.function.Predicate;
import picocli.CommandLine.ParseResult;

/**
 * Which options of the command line go before a file's.
 *
 * @param names tells by an option's name
 */
record Given(Predicate<String> names) {

  /** All of them, whether they were written or have their defaults. */
  static final Given ALL = new Given(name -> true);

  /** Those that were written. */
  static Given in(ParseResult parsed) {
    return new Given(parsed::hasMatchedOption);
  }

  /** Whether one of these goes before. */
  boolean any(String... options) {
    return Arrays.stream(options).anyMatch(names);
  }

  /** The option's value where it goes before, or else the file's. */
  <T> T or(String option, T value, T file) {
    return any(option) ? value : file;
  }
}
