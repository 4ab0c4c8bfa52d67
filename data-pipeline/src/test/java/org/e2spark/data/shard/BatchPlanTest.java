package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BatchPlanTest {
  /**
   * Workers' parts tile each global batch in the order of their ranks, and differ by one at most.
   */
  @Property
  void everyWorldSizeSharesTheSameGlobalBatches(
      @ForAll @IntRange(max = 500) int size,
      @ForAll @IntRange(max = 500) int startAt,
      @ForAll @IntRange(min = 1, max = 70) int globalBatch,
      @ForAll @IntRange(min = 1, max = 9) int worldSize) {
    int start = Math.min(startAt, size);
    BatchPlan alone = new BatchPlan(size, start, globalBatch, 0, 1);
    long position = start;
    for (long batch = 0; batch < alone.batches(); batch++) {
      assertThat(alone.start(batch)).isEqualTo(position);
      for (int rank = 0; rank < worldSize; rank++) {
        BatchPlan plan = new BatchPlan(size, start, globalBatch, rank, worldSize);
        assertThat(plan.batches()).isEqualTo(alone.batches());
        assertThat(plan.start(batch)).isEqualTo(position);
        int share = alone.globalSize(batch) / worldSize;
        assertThat(plan.end(batch) - plan.start(batch)).isBetween((long) share, share + 1L);
        position = plan.end(batch);
      }
      assertThat(alone.end(batch)).isEqualTo(position);
    }
    assertThat(position).isEqualTo(size);
  }
}
