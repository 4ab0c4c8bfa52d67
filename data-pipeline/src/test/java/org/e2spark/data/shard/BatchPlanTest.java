package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BatchPlanTest {
  /**
   * Workers' parts tile each global batch in the order of their ranks, in whole units, of which
   * they differ by one at most.
   */
  @Property
  void everyWorldSizeSharesTheSameGlobalBatches(
      @ForAll @IntRange(max = 500) int size,
      @ForAll @IntRange(max = 500) int startAt,
      @ForAll @IntRange(min = 1, max = 70) int globalBatch,
      @ForAll @IntRange(min = 1, max = 80) int unit,
      @ForAll @IntRange(min = 1, max = 9) int worldSize) {
    int start = Math.min(startAt, size);
    BatchPlan alone = new BatchPlan(size, start, globalBatch, unit, 0, 1);
    long position = start;
    for (long batch = 0; batch < alone.batches(); batch++) {
      assertThat(alone.start(batch)).isEqualTo(position);
      int share = (alone.globalSize(batch) + unit - 1) / unit / worldSize;
      for (int rank = 0; rank < worldSize; rank++) {
        BatchPlan plan = new BatchPlan(size, start, globalBatch, unit, rank, worldSize);
        assertThat(plan.batches()).isEqualTo(alone.batches());
        assertThat(plan.start(batch)).isEqualTo(position);
        position = plan.end(batch);
        long samples = position - plan.start(batch);
        boolean isWhole = samples % unit == 0 || position == alone.end(batch);
        assertThat(isWhole).isTrue();
        assertThat((samples + unit - 1) / unit).isBetween((long) share, share + 1L);
      }
      assertThat(alone.end(batch)).isEqualTo(position);
    }
    assertThat(position).isEqualTo(size);
  }
}
