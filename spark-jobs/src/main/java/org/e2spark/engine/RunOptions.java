package org.e2spark.engine;

import java.io.Serializable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.e2spark.sync.Encryption;
import org.e2spark.sync.PortRange;
import org.e2spark.sync.SyncOptions;
import org.e2spark.sync.SyncTimeouts;

/**
 * Where and by whom a training is run; its result does not depend on these but in rounding.
 *
 * @param output the run's directory, on storage that the driver and all executors see
 * @param mode who carries the state from worker to worker
 * @param workers how many; 0 for one an executor
 * @param minWorkers the fewest that an attempt may begin with; 0 for as many as {@code workers}
 * @param maxRestarts attempts after the first, where machines or networks failed
 * @param checkpointEvery what lies between checkpoints inside an epoch
 * @param keepLast how many of the newest checkpoints stay, at least 2
 * @param patience how long to wait for executors
 * @param sync how workers reach each other; what it leaves open is as Spark's configuration says
 */
public record RunOptions(
    String output,
    Mode mode,
    int workers,
    int minWorkers,
    int maxRestarts,
    CheckpointInterval checkpointEvery,
    int keepLast,
    Duration patience,
    SyncOptions sync)
    implements Serializable {

  private static final int RESTARTS = 3;
  private static final int LEAST_KEPT = 2;

  /**
   * All-reduce by one worker an executor, checkpoints after each epoch, a minute of patience, three
   * restarts.
   */
  public static RunOptions in(String output) {
    return new RunOptions(
        output,
        Mode.ALL_REDUCE,
        0,
        0,
        RESTARTS,
        CheckpointInterval.NONE,
        LEAST_KEPT,
        Duration.ofMinutes(1),
        SyncOptions.DEFAULT);
  }

  /** The same in another directory. */
  public RunOptions withOutput(String directory) {
    return new RunOptions(
        directory,
        mode,
        workers,
        minWorkers,
        maxRestarts,
        checkpointEvery,
        keepLast,
        patience,
        sync);
  }

  /** The same with another mode. */
  public RunOptions withMode(Mode other) {
    return new RunOptions(
        output, other, workers, minWorkers, maxRestarts, checkpointEvery, keepLast, patience, sync);
  }

  /** The same with another number of workers. */
  public RunOptions withWorkers(int count) {
    return new RunOptions(
        output, mode, count, minWorkers, maxRestarts, checkpointEvery, keepLast, patience, sync);
  }

  /** The same with fewer workers allowed. */
  public RunOptions withMinWorkers(int count) {
    return new RunOptions(
        output, mode, workers, count, maxRestarts, checkpointEvery, keepLast, patience, sync);
  }

  /** The same with another number of restarts. */
  public RunOptions withMaxRestarts(int count) {
    return new RunOptions(
        output, mode, workers, minWorkers, count, checkpointEvery, keepLast, patience, sync);
  }

  /** The same with other checkpoints. */
  public RunOptions withCheckpointEvery(CheckpointInterval interval) {
    return new RunOptions(
        output, mode, workers, minWorkers, maxRestarts, interval, keepLast, patience, sync);
  }

  /** The same with another number of checkpoints that stay. */
  public RunOptions withKeepLast(int count) {
    return new RunOptions(
        output, mode, workers, minWorkers, maxRestarts, checkpointEvery, count, patience, sync);
  }

  /** The same with another patience. */
  public RunOptions withPatience(Duration time) {
    return new RunOptions(
        output, mode, workers, minWorkers, maxRestarts, checkpointEvery, keepLast, time, sync);
  }

  /** The same with other timeouts. */
  public RunOptions withTimeouts(SyncTimeouts other) {
    return withSync(sync.withTimeouts(other));
  }

  /** The same with other ways between workers. */
  public RunOptions withSync(SyncOptions other) {
    return new RunOptions(
        output, mode, workers, minWorkers, maxRestarts, checkpointEvery, keepLast, patience, other);
  }

  /** What is set, by name, for people; {@code workers} is told where it is known. */
  Map<String, String> described() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("output", output);
    settings.put("minWorkers", minWorkers == 0 ? "all" : Integer.toString(minWorkers));
    settings.put("maxRestarts", Integer.toString(maxRestarts));
    settings.put("checkpointEvery", checkpointEvery.toString());
    settings.put("keepLast", Integer.toString(keepLast));
    settings.put("wait", patience.toSeconds() + " s");
    settings.put("connectTimeout", sync.timeouts().connect().toSeconds() + " s");
    settings.put("collectiveTimeout", sync.timeouts().idle().toSeconds() + " s");
    settings.put("ports", sync.ports().equals(PortRange.ANY) ? "any" : sync.ports().toString());
    settings.put("encryption", sync.encryption() == Encryption.NONE ? "none" : "AES-256-GCM");
    return settings;
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public RunOptions {
    if (workers < 0 || maxRestarts < 0) {
      throw new IllegalArgumentException(
          "Invalid run: " + workers + " workers, " + maxRestarts + " restarts (both >= 0)");
    }
    if (keepLast < LEAST_KEPT) {
      throw new IllegalArgumentException(
          "Invalid number of checkpoints to keep: " + keepLast + " (must be >= 2)");
    }
    if (patience.isNegative()) {
      throw new IllegalArgumentException(
          "Invalid wait for executors: " + patience.toSeconds() + " s (must be >= 0)");
    }
    if (minWorkers < 0 || (workers > 0 && minWorkers > workers)) {
      throw new IllegalArgumentException(
          "Invalid fewest workers: " + minWorkers + " (0 to the " + workers + " workers)");
    }
  }
}
