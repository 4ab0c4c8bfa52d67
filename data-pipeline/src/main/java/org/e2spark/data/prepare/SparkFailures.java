package org.e2spark.data.prepare;

import org.e2spark.data.source.BadImageDataException;

/** Finds what a task threw in what Spark threw. */
final class SparkFailures {
  private SparkFailures() {}

  /**
   * The task's own exception if it is one of ours, else what came; Scala throws checked exceptions
   * without saying so, and those are wrapped.
   */
  static RuntimeException typed(String attempt, Exception failure) {
    BadImageDataException bad = BadImageDataException.findIn(failure);
    if (bad != null) {
      return bad;
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(attempt + ": " + failure.getMessage(), failure);
  }
}
