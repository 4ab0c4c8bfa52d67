package org.e2spark.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.data.shard.ShardException;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.source.known.ChecksumException;
import org.e2spark.data.source.known.FetchException;
import org.e2spark.data.task.PathException;
import org.e2spark.engine.CorruptTrainingDataException;
import org.e2spark.torch.NativesException;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainingException;

/**
 * What a failed command tells: what went wrong where it did, not where Spark passed it on.
 *
 * @param message one line
 * @param code the exit code
 * @param expected whether it is a failure that the tool knows; another one's stack trace is for the
 *     log
 */
record Failure(String message, int code, boolean expected) {

  private static final int DEEPEST = 32;

  private static final List<Class<? extends Throwable>> MENDABLE =
      List.of(
          UsageException.class,
          RequirementException.class,
          NativesException.class,
          ShardException.class,
          ChecksumException.class,
          PathException.class,
          CorruptTrainingDataException.class,
          CheckpointException.class);

  /** Finds the failure that a user can do most about in an exception and its causes. */
  static Failure of(Throwable failure) {
    if (failure instanceof TrainingException || failure instanceof FetchException) {
      return new Failure(firstLine(failure), Main.FAILED, true);
    }
    List<Throwable> causes = causes(failure);
    for (Throwable cause : causes) {
      if (MENDABLE.stream().anyMatch(type -> type.isInstance(cause))) {
        return new Failure(firstLine(cause), Main.USAGE, true);
      }
    }
    BadImageDataException bad = BadImageDataException.findIn(failure);
    if (bad != null) {
      return new Failure(firstLine(bad), Main.USAGE, true);
    }
    for (Throwable cause : causes) {
      if (cause instanceof AnalysisException analysis) {
        return new Failure(withoutCondition(analysis), Main.USAGE, true);
      }
      if (cause instanceof UncheckedIOException || cause instanceof IOException) {
        return new Failure(firstLine(cause), Main.FAILED, true);
      }
    }
    Throwable root = causes.get(causes.size() - 1);
    return new Failure(
        "Unexpected: " + firstLine(root) + " (the log has where)", Main.FAILED, false);
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && causes.size() < DEEPEST;
        cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }

  /** Spark's sentence, without the name of its condition before and of the SQL state after it. */
  private static String withoutCondition(AnalysisException failure) {
    return firstLine(failure)
        .replaceFirst("^\\[[A-Z0-9_.]+] ", "")
        .replaceFirst(" SQLSTATE: \\w+.*$", "");
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse(message);
  }
}
