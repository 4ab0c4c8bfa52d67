package org.e2spark.train;

import org.e2spark.checkpoint.Json;
import org.e2spark.sync.ReportClient;

/** Rank 0 reports and saves; the other ranks only count the same checkpoints. */
final class WorkerObserver implements TrainLoop.Observer {

  private static final long REPORT_NANOS = 100_000_000;

  private final int rank;
  private final RunDirectory run;
  private final Replica replica;
  private final ReportClient reports;
  private long lastReport = System.nanoTime() - REPORT_NANOS;

  WorkerObserver(int rank, RunDirectory run, Replica replica, ReportClient reports) {
    this.rank = rank;
    this.run = run;
    this.replica = replica;
    this.reports = reports;
  }

  @Override
  public void stepped(TrainState state, Sums batch) {
    if (rank == 0 && System.nanoTime() - lastReport >= REPORT_NANOS) {
      lastReport = System.nanoTime();
      Sums running = state.running();
      Progress progress =
          new Progress(state.epoch(), state.samples(), running.meanLoss(), running.accuracy());
      reports.send(Json.line(new Report(progress, null, null)));
    }
  }

  @Override
  public TrainState save(TrainState state) {
    return rank == 0 ? run.save(state, replica) : state.saved();
  }

  @Override
  public void finished(EpochMetrics epoch) {
    if (rank == 0) {
      reports.send(Json.line(new Report(null, epoch, null)));
    }
  }
}
