package org.e2spark.train;

import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the workers' reports on the driver: passes progress on, and remembers the first failure.
 */
final class ReportCollector {

  private static final Logger log = LoggerFactory.getLogger(ReportCollector.class);

  private final TrainListener listener;
  private Report.Failure failure;
  private int failedRank;

  ReportCollector(TrainListener listener) {
    this.listener = listener;
  }

  synchronized void receive(int rank, String text) {
    Report report;
    try {
      report = Json.read(text, Report.class, "The report of rank " + rank);
    } catch (CheckpointException e) {
      log.warn("A report was not understood: {}", e.getMessage());
      return;
    }
    if (report.failure() != null) {
      remember(rank, report.failure());
    }
    try {
      tell(report);
    } catch (RuntimeException e) {
      log.warn("The listener failed, and the training goes on", e);
    }
  }

  private void tell(Report report) {
    if (report.progress() != null) {
      listener.progressed(report.progress());
    }
    if (report.epoch() != null) {
      listener.finished(report.epoch());
    }
  }

  private void remember(int rank, Report.Failure next) {
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
