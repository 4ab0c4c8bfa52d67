package org.e2spark.engine;

import java.time.Duration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.ValidationMetrics;
import org.e2spark.events.WorkerReport;
import org.e2spark.sync.ReportClient;
import org.e2spark.train.Replica;
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
  private final RunDirectory run;
  private final int attempt;
  private final Replica replica;
  private final ReportClient reports;
  private final CheckpointWriter writer;
  private RunCheckpoints.Snapshot best;
  private CheckpointStore.Name last;
  private long lastReport = System.nanoTime() - REPORT_NANOS;

  /**
   * @param start the checkpoint that the attempt begins from; null for the beginning
   * @param limit how long the training waits for a checkpoint to be written
   */
  RunRecorder(
      TaskContext task,
      RunDirectory run,
      int attempt,
      CheckpointStore.Name start,
      Replica replica,
      ReportClient reports,
      Duration limit) {
    this.task = task;
    this.last = start;
    this.writer = new CheckpointWriter(limit);
    this.rank = task.partitionId();
    this.run = run;
    this.attempt = attempt;
    this.replica = replica;
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
      settle();
      RunCheckpoints.Snapshot snapshot = RunCheckpoints.snapshot(state, replica);
      RunCheckpoints.Snapshot better = best;
      best = null;
      writer.begin(
          () -> {
            if (better != null) {
              run.best().save(better, attempt, () -> RunLease.check(run, attempt));
            }
            return run.checkpoints().save(snapshot, attempt, () -> RunLease.check(run, attempt));
          });
    }
  }

  @Override
  public void validated(TrainState state, ValidationMetrics metrics) {
    if (rank == 0) {
      boolean isBest = state.validation().improved();
      if (isBest) {
        best = RunCheckpoints.best(state, replica);
      }
      tell(new TrainEvent.Validated(metrics, isBest));
    }
  }

  private void settle() {
    CheckpointStore.Name written = writer.await();
    last = written == null ? last : written;
  }

  /**
   * Waits for the last checkpoint.
   *
   * @return its name on rank 0; null on others
   * @throws org.e2spark.checkpoint.CheckpointException when it could not be written
   */
  CheckpointStore.Name finish() {
    settle();
    return rank == 0 ? last : null;
  }

  @Override
  public void epochFinished(EpochMetrics epoch) {
    if (rank == 0) {
      tell(new TrainEvent.EpochFinished(epoch));
    }
  }

  @Override
  public void close() {
    writer.close();
  }

  private void tell(TrainEvent event) {
    reports.send(Json.line(WorkerReport.of(event)));
  }
}
