package org.e2spark.train;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.e2spark.sync.Communicator;

/**
 * What workers tell each other every few seconds, all after the same step: whether one of them
 * wants a checkpoint, and how long each was busy. It costs one sum of a few numbers.
 *
 * <p>Rank 0 says after how many steps the next pulse is, by the time that the last steps took.
 */
public final class Pulse {

  private static final int EACH = 2;

  private final Communicator communicator;
  private final StopWatch clock;
  private final StopWatch waiting;
  private final Duration interval;
  private long steps;
  private long next = 1;
  private long began;
  private long waitedBefore;

  /**
   * @param clock counts all time
   * @param waiting counts how long this worker waits for others
   * @param interval between pulses, about
   */
  Pulse(Communicator communicator, StopWatch clock, StopWatch waiting, Duration interval) {
    this.communicator = communicator;
    this.clock = clock;
    this.waiting = waiting;
    this.interval = interval;
    this.began = clock.nanos();
  }

  /**
   * Counts a step.
   *
   * @param wish of this worker
   * @return what all workers told, when they did
   */
  Optional<Beat> step(Wish wish) {
    if (++steps < next) {
      return Optional.empty();
    }
    long now = clock.nanos();
    long waited = waiting.nanos();
    int world = communicator.worldSize();
    int rank = communicator.rank();
    float[] table = new float[EACH * world + 1];
    table[EACH * rank] = (now - began - (waited - waitedBefore)) / 1e9f;
    table[EACH * rank + 1] = wish.ordinal();
    if (rank == 0) {
      table[EACH * world] = following(now);
    }
    communicator.allReduceSum(table);
    steps = 0;
    next = (long) table[EACH * world];
    began = clock.nanos();
    waitedBefore = waiting.nanos();
    return Optional.of(beat(table, world));
  }

  private long following(long now) {
    double step = (now - began) / 1e9 / steps;
    double wanted = interval.toNanos() / 1e9 / Math.max(step, 1e-9);
    // The first steps of a training are slow; float32 holds whole numbers of this size.
    return (long) Math.max(1, Math.min(wanted, Math.min(2.0 * steps, 1 << 20)));
  }

  private static Beat beat(float[] table, int world) {
    double[] busy = new double[world];
    Wish[] wishes = new Wish[world];
    for (int rank = 0; rank < world; rank++) {
      busy[rank] = table[EACH * rank];
      wishes[rank] = Wish.values()[(int) table[EACH * rank + 1]];
    }
    return new Beat(busy, wishes);
  }

  /** Counts time. */
  @FunctionalInterface
  interface StopWatch {
    /** Nanoseconds so far. */
    long nanos();
  }

  /** What a worker wants. */
  public enum Wish {
    /** Nothing. */
    NONE,
    /** A checkpoint. */
    CHECKPOINT,
    /** A checkpoint, and to go: its machine will be taken away. */
    LEAVE
  }

  /** What all workers told, by rank. */
  public static final class Beat {
    private final double[] busy;
    private final Wish[] wishes;

    /**
     * @param busy seconds that each worker did not wait for others
     * @param wishes of each worker
     */
    public Beat(double[] busy, Wish... wishes) {
      this.busy = busy.clone();
      this.wishes = wishes.clone();
    }

    /** Whether somebody wants a checkpoint, for whatever reason. */
    public boolean wantsCheckpoint() {
      return Arrays.stream(wishes).anyMatch(wish -> wish != Wish.NONE);
    }

    /** Whether this rank wants to go. */
    public boolean leaves(int rank) {
      return wishes[rank] == Wish.LEAVE;
    }

    public int worldSize() {
      return busy.length;
    }

    /** How long a rank was busy, as a multiple of the median of all. */
    public double share(int rank) {
      double[] sorted = busy.clone();
      Arrays.sort(sorted);
      return busy[rank] / Math.max(1e-9, sorted[(sorted.length - 1) / 2]);
    }
  }
}
