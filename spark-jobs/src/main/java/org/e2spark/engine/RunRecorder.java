package org.e2spark.engine;

import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.ValidationMetrics;
import org.e2spark.events.WorkerReport;
import org.e2spark.sync.ReportClient;
import org.e2spark.train.SampleSums;
import org.e2spark.train.TrainLoop;
import org.e2spark.train.TrainState;

/**
 * Records a run as it goes: rank 0 tells the driver and writes the checkpoints. A worker whose task
 * was killed stops at its next step.
 */
final class RunRecorder implements TrainLoop.Observer, AutoCloseable {

  private static final long REPORT_NANOS = 100_000_000;

  private final TaskContext task;
  private final int rank;
  private final ReportClient reports;
  private final CheckpointRecorder checkpoints;
  private long lastReport = System.nanoTime() - REPORT_NANOS;

  RunRecorder(TaskContext task, CheckpointRecorder checkpoints, ReportClient reports) {
    this.task = task;
    this.rank = task.partitionId();
    this.checkpoints = checkpoints;
    this.reports = reports;
  }

  @Override
  public void stepped(TrainState state, SampleSums batch) {
    if (task.isInterrupted()) {
      throw new TaskKilledException("the training was stopped");
    }
    if (rank == 0 && System.nanoTime() - lastReport >= REPORT_NANOS) {
      lastReport = System.nanoTime();
      SampleSums running = state.running();
      tell(
          new TrainEvent.Progressed(
              state.epoch(), state.samples(), running.meanLoss(), running.accuracy()));
    }
  }

  @Override
  public void checkpoint(TrainState state) {
    if (rank == 0) {
      checkpoints.checkpoint(state);
    }
  }

  @Override
  public void validated(TrainState state, ValidationMetrics metrics) {
    if (rank == 0) {
      tell(new TrainEvent.Validated(metrics, checkpoints.validated(state)));
    }
  }

  /**
   * Waits for the last checkpoint.
   *
   * @return its name on rank 0; null on others
   * @throws org.e2spark.checkpoint.CheckpointException when it could not be written
   */
  CheckpointStore.Name finish() {
    return rank == 0 ? checkpoints.finish() : null;
  }

  @Override
  public void epochFinished(EpochMetrics epoch) {
    if (rank == 0) {
      tell(new TrainEvent.EpochFinished(epoch));
    }
  }

  @Override
  public void close() {
    checkpoints.close();
  }

  private void tell(TrainEvent event) {
    reports.send(Json.line(WorkerReport.of(event)));
  }
}
