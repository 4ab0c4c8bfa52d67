package org.e2spark.engine;

import java.time.Duration;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.train.Replica;
import org.e2spark.train.TrainState;

/** Writes one attempt's checkpoints beside its training, and its best weights before them. */
final class CheckpointRecorder implements AutoCloseable {

  private final RunDirectory run;
  private final int attempt;
  private final Replica replica;
  private final CheckpointWriter writer;
  private RunCheckpoints.Snapshot best;
  private CheckpointStore.Name last;

  /**
   * @param start the checkpoint that the attempt begins from; null for the beginning
   * @param limit how long the training waits for a checkpoint to be written
   */
  CheckpointRecorder(
      RunDirectory run, int attempt, CheckpointStore.Name start, Replica replica, Duration limit) {
    this.run = run;
    this.attempt = attempt;
    this.replica = replica;
    this.writer = new CheckpointWriter(limit);
    this.last = start;
  }

  /** Begins to write a checkpoint, when the one before is written. */
  void checkpoint(TrainState state) {
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

  /** Keeps the weights for the next checkpoint if they are the best; whether they are. */
  boolean validated(TrainState state) {
    boolean isBest = state.validation().improved();
    if (isBest) {
      best = RunCheckpoints.best(state, replica);
    }
    return isBest;
  }

  private void settle() {
    CheckpointStore.Name written = writer.await();
    last = written == null ? last : written;
  }

  /**
   * Waits for the last checkpoint.
   *
   * @return its name
   * @throws org.e2spark.checkpoint.CheckpointException when it could not be written
   */
  CheckpointStore.Name finish() {
    settle();
    return last;
  }

  @Override
  public void close() {
    writer.close();
  }
}
