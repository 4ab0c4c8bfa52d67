package org.e2spark.engine;

import java.io.Serializable;
import java.time.Duration;
import org.e2spark.sync.SyncTimeouts;

/**
 * Where and by whom a training is run; its result does not depend on these but in rounding.
 *
 * @param output the run's directory, on storage that the driver and all executors see
 * @param mode who carries the state from worker to worker
 * @param workers how many; 0 for one an executor
 * @param minWorkers the fewest that an attempt may begin with; 0 for as many as {@code workers}
 * @param maxRestarts attempts after the first, where machines or networks failed
 * @param checkpointEvery samples between checkpoints inside an epoch; 0 for none but at its end
 * @param patience how long to wait for executors
 * @param timeouts between workers
 */
public record RunOptions(
    String output,
    Mode mode,
    int workers,
    int minWorkers,
    int maxRestarts,
    long checkpointEvery,
    Duration patience,
    SyncTimeouts timeouts)
    implements Serializable {

  private static final int RESTARTS = 3;

  /**
   * All-reduce by one worker an executor, checkpoints after each epoch, a minute of patience, three
   * restarts.
   */
  public static RunOptions in(String output) {
    return new RunOptions(
        output, Mode.ALL_REDUCE, 0, 0, RESTARTS, 0, Duration.ofMinutes(1), SyncTimeouts.DEFAULT);
  }

  /** The same in another directory. */
  public RunOptions withOutput(String directory) {
    return new RunOptions(
        directory, mode, workers, minWorkers, maxRestarts, checkpointEvery, patience, timeouts);
  }

  /** The same with another mode. */
  public RunOptions withMode(Mode other) {
    return new RunOptions(
        output, other, workers, minWorkers, maxRestarts, checkpointEvery, patience, timeouts);
  }

  /** The same with another number of workers. */
  public RunOptions withWorkers(int count) {
    return new RunOptions(
        output, mode, count, minWorkers, maxRestarts, checkpointEvery, patience, timeouts);
  }

  /** The same with fewer workers allowed. */
  public RunOptions withMinWorkers(int count) {
    return new RunOptions(
        output, mode, workers, count, maxRestarts, checkpointEvery, patience, timeouts);
  }

  /** The same with another number of restarts. */
  public RunOptions withMaxRestarts(int count) {
    return new RunOptions(
        output, mode, workers, minWorkers, count, checkpointEvery, patience, timeouts);
  }

  /** The same with other checkpoints. */
  public RunOptions withCheckpointEvery(long samples) {
    return new RunOptions(
        output, mode, workers, minWorkers, maxRestarts, samples, patience, timeouts);
  }

  /** The same with another patience. */
  public RunOptions withPatience(Duration time) {
    return new RunOptions(
        output, mode, workers, minWorkers, maxRestarts, checkpointEvery, time, timeouts);
  }

  /** The same with other timeouts. */
  public RunOptions withTimeouts(SyncTimeouts other) {
    return new RunOptions(
        output, mode, workers, minWorkers, maxRestarts, checkpointEvery, patience, other);
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public RunOptions {
    if (workers < 0 || checkpointEvery < 0 || maxRestarts < 0) {
      throw new IllegalArgumentException(
          "Invalid run: "
              + workers
              + " workers, "
              + maxRestarts
              + " restarts, checkpoint every "
              + checkpointEvery
              + " (all >= 0)");
    }
    if (minWorkers < 0 || (workers > 0 && minWorkers > workers)) {
      throw new IllegalArgumentException(
          "Invalid fewest workers: " + minWorkers + " (0 to the " + workers + " workers)");
    }
  }
}
