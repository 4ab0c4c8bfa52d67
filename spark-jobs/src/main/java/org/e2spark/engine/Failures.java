package org.e2spark.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.TaskKilledException;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.DamagedException;
import org.e2spark.data.shard.ShardException;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.events.WorkerReport.Failure;
import org.e2spark.events.WorkerReport.Kind;
import org.e2spark.events.WorkerReport.Nature;
import org.e2spark.sync.SyncException;
import org.e2spark.torch.NativesException;
import org.e2spark.train.RequirementException;

/** Tells of a worker's exception what the driver must know to go on or to give up. */
final class Failures {

  private static final int LONGEST = 4000;

  private Failures() {}

  static Failure of(String worker, Throwable failure) {
    return new Failure(worker, reason(failure), kind(failure), nature(failure));
  }

  /** The failure of a worker that was told to stop: whatever it threw then is no cause. */
  static Failure ofStopped(String worker, Throwable failure) {
    return new Failure(worker, reason(failure), Kind.ECHO, Nature.PASSING);
  }

  private static Kind kind(Throwable failure) {
    if (failure instanceof TaskKilledException) {
      return Kind.ECHO;
    }
    return switch (SyncException.grade(failure)) {
      case FIRST -> Kind.FIRST;
      case WITNESS -> Kind.WITNESS;
      case ECHO -> Kind.ECHO;
    };
  }

  private static Nature nature(Throwable failure) {
    if (failure instanceof LeavingException) {
      return Nature.LEAVING;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isRefusal(cause)) {
        return Nature.REFUSED;
      }
      if (cause instanceof ShardException || cause instanceof BadImageDataException) {
        return cause.getCause() instanceof IOException ? Nature.PASSING : Nature.DATA;
      }
      if (cause instanceof SyncException
          || cause instanceof IOException
          || cause instanceof UncheckedIOException
          || cause instanceof TaskKilledException
          || cause instanceof DamagedException
          || cause instanceof CheckpointException) {
        return Nature.PASSING;
      }
    }
    return Nature.LASTING;
  }

  private static boolean isRefusal(Throwable failure) {
    return failure instanceof RequirementException || failure instanceof NativesException;
  }

  /** What must be changed in what was asked for, if a failure or one of its causes says so. */
  static Optional<RuntimeException> refusal(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .filter(Failures::isRefusal)
        .findFirst()
        .map(cause -> new RequirementException(cause.getMessage(), failure));
  }

  /** What our own exceptions say is meant for people; of others the name says as much. */
  private static String reason(Throwable failure) {
    boolean own = failure.getClass().getName().startsWith("org.e2spark.");
    String text = own ? String.valueOf(failure.getMessage()) : String.valueOf(failure);
    return text.length() > LONGEST ? text.substring(0, LONGEST) + " ..." : text;
  }
}
