package org.e2spark.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.checkpoint.Json;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.ValidationMetrics;
import org.e2spark.events.WorkerReport;
import org.e2spark.sync.ReportClient;
import org.e2spark.train.Pulse;
import org.e2spark.train.SampleSums;
import org.e2spark.train.TrainLoop;
import org.e2spark.train.TrainState;

/**
 * Records a run as it goes: rank 0 tells the driver and writes the checkpoints. A worker whose task
 * was killed stops at its next step.
 */
final class RunRecorder implements TrainLoop.Observer, AutoCloseable {

  private static final long REPORT_NANOS = 100_000_000;

  private static final int NOBODY = -1;

  private final StopSign stop;
  private final int rank;
  private final WorkerAssignment assignment;
  private final ReportClient reports;
  private final CheckpointRecorder checkpoints;
  private final List<String> addresses;
  private final StragglerWatch stragglers;
  private final Decommission decommission = Decommission.here();
  private final Optional<Duration> interval;
  private long lastCheckpoint = System.nanoTime();
  private int leaving = NOBODY;
  private long lastReport = System.nanoTime() - REPORT_NANOS;

  /**
   * @param stop tells when to end
   * @param rank of this worker
   * @param addresses of all workers, by rank
   * @param assignment of the attempt; hears of every step and of every pass of a measurement
   */
  RunRecorder(
      StopSign stop,
      int rank,
      List<String> addresses,
      WorkerAssignment assignment,
      CheckpointRecorder checkpoints,
      ReportClient reports) {
    this.stop = stop;
    this.rank = rank;
    this.addresses = List.copyOf(addresses);
    this.stragglers = new StragglerWatch(addresses.size());
    this.assignment = assignment;
    this.interval = assignment.run().checkpointEvery().inTime();
    this.checkpoints = checkpoints;
    this.reports = reports;
  }

  @Override
  public void stepped(TrainState state, SampleSums batch) {
    assignment.alive();
    stop.heed();
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
      lastCheckpoint = System.nanoTime();
      leave(state);
    }
  }

  private void leave(TrainState state) {
    if (leaving != NOBODY) {
      checkpoints.finish();
      throw new LeavingException(
          "Rank "
              + leaving
              + " at "
              + addresses.get(leaving)
              + " leaves, since its executor is decommissioned; the checkpoint after "
              + state.samples()
              + " samples is written");
    }
  }

  @Override
  public Pulse.Wish wish() {
    if (decommission.isTold()) {
      return Pulse.Wish.LEAVE;
    }
    boolean due =
        rank == 0
            && interval
                .map(time -> System.nanoTime() - lastCheckpoint >= time.toNanos())
                .orElse(false);
    return due ? Pulse.Wish.CHECKPOINT : Pulse.Wish.NONE;
  }

  @Override
  public void beat(Pulse.Beat beat) {
    if (rank != 0) {
      return;
    }
    for (int other = 0; other < beat.worldSize() && leaving == NOBODY; other++) {
      leaving = beat.leaves(other) ? other : NOBODY;
    }
    for (int slow : stragglers.found(beat, addresses)) {
      tell(new TrainEvent.Straggling(slow, addresses.get(slow), beat.share(slow)));
    }
  }

  @Override
  public void passed() {
    assignment.alive();
    stop.heed();
  }

  @Override
  public void validated(TrainState state, ValidationMetrics metrics) {
    if (rank == 0) {
      String split = assignment.options().validation().split();
      tell(new TrainEvent.Validated(split, metrics, checkpoints.validated(state)));
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
