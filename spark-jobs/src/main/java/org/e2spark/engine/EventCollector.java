package org.e2spark.engine;

import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.events.WorkerReport;
import org.e2spark.train.TrainingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the workers' reports on the driver: passes progress on, and remembers the first failure.
 */
final class EventCollector {

  private static final Logger log = LoggerFactory.getLogger(EventCollector.class);

  private final TrainListener listener;
  private WorkerReport.Failure failure;
  private int failedRank;

  EventCollector(TrainListener listener) {
    this.listener = listener;
  }

  synchronized void receive(int rank, String text) {
    WorkerReport report;
    try {
      report = Json.read(text, WorkerReport.class, "The report of rank " + rank);
    } catch (CheckpointException e) {
      log.warn("A report was not understood: {}", e.getMessage());
      return;
    }
    if (report.failure() != null) {
      remember(rank, report.failure());
    }
    if (report.event() != null) {
      tell(report.event());
    }
  }

  void tell(TrainEvent event) {
    try {
      listener.happened(event);
    } catch (RuntimeException e) {
      log.warn("The listener failed, and the training goes on", e);
    }
  }

  private void remember(int rank, WorkerReport.Failure next) {
    if (failure == null || next.kind().compareTo(failure.kind()) < 0) {
      failure = next;
      failedRank = rank;
    }
  }

  /** What went wrong first, in one sentence. */
  synchronized TrainingException explain(Exception cause) {
    if (failure == null) {
      return new TrainingException(
          "The training's stage failed: " + firstLine(cause.getMessage()), cause);
    }
    return new TrainingException(
        "Rank " + failedRank + " on " + failure.host() + " failed: " + failure.reason(), cause);
  }

  private static String firstLine(String message) {
    return String.valueOf(message).lines().findFirst().orElse("");
  }
}
