package org.e2spark.engine;

import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.events.WorkerReport;
import org.e2spark.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the workers' reports on the driver: passes progress on, and remembers the first failure.
 */
final class EventCollector {

  private static final Logger log = LoggerFactory.getLogger(EventCollector.class);

  private final TrainListener listener;
  private WorkerReport.Failure failure;

  /**
   * @param listener that returns at once
   */
  EventCollector(TrainListener listener) {
    this.listener = listener;
  }

  synchronized void receive(int task, String text) {
    WorkerReport report;
    try {
      report = Json.read(text, WorkerReport.class, "The report of task " + task);
    } catch (CheckpointException e) {
      log.warn("A report was not understood: {}", e.getMessage());
      return;
    }
    if (report.failure() != null) {
      remember(report.failure());
    }
    if (report.event() != null) {
      tell(report.event());
    }
  }

  /** Passes an event on; the log has who is slow. */
  void tell(TrainEvent event) {
    if (event instanceof TrainEvent.Straggling slow) {
      log.warn(
          "Rank {} at {} is busy {} times as long as others, which wait for it",
          slow.rank(),
          slow.host(),
          Text.format("%.1f", slow.share()));
    }
    listener.happened(event);
  }

  private void remember(WorkerReport.Failure next) {
    if (failure == null || next.kind().compareTo(failure.kind()) < 0) {
      failure = next;
    }
  }

  /**
   * What went wrong first in this attempt.
   *
   * @param cause what Spark says of it
   */
  synchronized AttemptException explain(Throwable cause) {
    if (failure == null) {
      return unexplained(cause);
    }
    if (failure.nature() == WorkerReport.Nature.LEAVING) {
      return new AttemptException(failure.reason(), failure.nature(), cause);
    }
    String who = failure.worker();
    String what =
        switch (failure.kind()) {
          case FIRST -> who + " failed: ";
          case WITNESS -> "A worker was lost without a word; " + who + " saw: ";
          case ECHO -> who + " says: ";
        };
    return new AttemptException(what + failure.reason(), failure.nature(), cause);
  }

  /** What Spark says went wrong, where no worker has said anything. */
  static AttemptException unexplained(Throwable cause) {
    return new AttemptException(
        "A worker was lost without a word: " + lost(cause), WorkerReport.Nature.PASSING, cause);
  }

  /** Spark's own reason, without the sentence about barriers that stands before it. */
  private static String lost(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    int reason = message.indexOf("ExecutorLostFailure");
    String told = reason < 0 ? message : message.substring(reason);
    return told.lines().findFirst().orElse("");
  }
}
