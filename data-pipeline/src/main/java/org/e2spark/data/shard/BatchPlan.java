package org.e2spark.data.shard;

/**
 * Which positions of the order are a worker's part of each global batch: whole units of so many
 * samples, of which only the batch's last may have fewer.
 */
record BatchPlan(long size, long startAt, int globalBatch, int unit, int rank, int worldSize) {
  long batches() {
    return (size - startAt + globalBatch - 1) / globalBatch;
  }

  long globalStart(long batch) {
    return startAt + batch * globalBatch;
  }

  int globalSize(long batch) {
    return (int) Math.min(globalBatch, size - globalStart(batch));
  }

  long start(long batch) {
    return globalStart(batch) + firstOf(rank, globalSize(batch));
  }

  long end(long batch) {
    return globalStart(batch) + firstOf(rank + 1, globalSize(batch));
  }

  private long firstOf(int worker, int samples) {
    long units = (samples + unit - 1L) / unit;
    return Math.min(samples, units * worker / worldSize * unit);
  }
}
