package org.e2spark.data.shard;

/** Which positions of the order are a worker's part of each global batch. */
record BatchPlan(long size, long startAt, int globalBatch, int rank, int worldSize) {
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
    return globalStart(batch) + (long) globalSize(batch) * rank / worldSize;
  }

  long end(long batch) {
    return globalStart(batch) + (long) globalSize(batch) * (rank + 1) / worldSize;
  }
}
