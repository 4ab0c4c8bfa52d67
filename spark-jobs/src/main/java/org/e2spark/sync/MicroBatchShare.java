package org.e2spark.sync;

/**
 * Which micro-batches of a global step one worker computes: contiguous ones, as even as can be.
 *
 * @param microBatches of the step, at least 1, whatever the world size
 * @param worldSize how many workers, at least 1
 * @param rank of this worker, from 0
 */
public record MicroBatchShare(int microBatches, int worldSize, int rank) {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the values
   */
  public MicroBatchShare {
    if (microBatches < 1 || worldSize < 1 || rank < 0 || rank >= worldSize) {
      throw new IllegalArgumentException(
          "Invalid share: rank "
              + rank
              + " of "
              + worldSize
              + " in "
              + microBatches
              + " micro-batches (at least one, ranks from 0)");
    }
  }

  /** The first micro-batch. */
  public int first() {
    return first(rank);
  }

  /** One after the last micro-batch; {@link #first()} when there is none. */
  public int end() {
    return first(rank + 1);
  }

  private int first(int of) {
    return (int) ((long) microBatches * of / worldSize);
  }
}
