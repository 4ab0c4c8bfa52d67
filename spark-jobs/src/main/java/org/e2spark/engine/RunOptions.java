package org.e2spark.engine;

import java.time.Duration;
import org.e2spark.sync.SyncTimeouts;

/**
 * Where and by whom a training is run; its result does not depend on these but in rounding.
 *
 * @param output the run's directory, on storage that the driver and all executors see
 * @param workers how many; 0 for one an executor
 * @param checkpointEvery samples between checkpoints inside an epoch; 0 for none but at its end
 * @param patience how long to wait for executors
 * @param timeouts between workers
 */
public record RunOptions(
    String output, int workers, long checkpointEvery, Duration patience, SyncTimeouts timeouts) {

  /** One worker an executor, checkpoints after each epoch, a minute of patience. */
  public static RunOptions in(String output) {
    return new RunOptions(output, 0, 0, Duration.ofMinutes(1), SyncTimeouts.DEFAULT);
  }

  /** The same in another directory. */
  public RunOptions withOutput(String directory) {
    return new RunOptions(directory, workers, checkpointEvery, patience, timeouts);
  }

  /** The same with another number of workers. */
  public RunOptions withWorkers(int count) {
    return new RunOptions(output, count, checkpointEvery, patience, timeouts);
  }

  /** The same with other checkpoints. */
  public RunOptions withCheckpointEvery(long samples) {
    return new RunOptions(output, workers, samples, patience, timeouts);
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public RunOptions {
    if (workers < 0 || checkpointEvery < 0) {
      throw new IllegalArgumentException(
          "Invalid run: "
              + workers
              + " workers, checkpoint every "
              + checkpointEvery
              + " (both >= 0)");
    }
  }
}
