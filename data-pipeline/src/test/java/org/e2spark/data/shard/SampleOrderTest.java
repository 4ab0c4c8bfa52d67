package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SampleOrderTest {
  @Property(tries = 200)
  void isAPermutation(@ForAll @IntRange(max = 3000) int size, @ForAll long seed) {
    SampleOrder order = new SampleOrder(size, seed, 3);
    assertThat(LongStream.range(0, size).map(order::sampleAt).sorted().toArray())
        .isEqualTo(LongStream.range(0, size).toArray());
  }

  @Property(tries = 100)
  void staysInRangeWhenHuge(@ForAll long seed, @ForAll @IntRange(max = 1000) int offset) {
    long size = (1L << 40) + 12345;
    SampleOrder order = new SampleOrder(size, seed, 0);
    assertThat(order.sampleAt(size - 1 - offset)).isBetween(0L, size - 1);
  }

  @Test
  void differsBySeedAndEpoch() {
    long[] base = first(1, 0);
    assertThat(first(1, 0)).isEqualTo(base);
    assertThat(first(1, 1)).isNotEqualTo(base);
    assertThat(first(2, 0)).isNotEqualTo(base);
    assertThat(first(2, 0)).isNotEqualTo(first(1, 1));
  }

  /** The order is part of what makes a run repeatable, so it may not change between versions. */
  @Test
  void isTheSameInEveryVersion() {
    SampleOrder order = new SampleOrder(1000, 42, 7);
    assertThat(LongStream.range(0, 8).map(order::sampleAt).toArray())
        .containsExactly(490, 475, 356, 30, 381, 753, 293, 226);
  }

  /**
   * Every position draws every sample about equally often over the seeds: Pearson's statistic with
   * 15 degrees of freedom stays below its 0.999999 quantile.
   */
  @Test
  void isUniformOverSeeds() {
    int size = 16;
    int seeds = 16_000;
    for (int position = 0; position < size; position++) {
      long[] counts = new long[size];
      for (int seed = 0; seed < seeds; seed++) {
        counts[(int) new SampleOrder(size, seed, 0).sampleAt(position)]++;
      }
      double expected = (double) seeds / size;
      double statistic = 0;
      for (long count : counts) {
        statistic += (count - expected) * (count - expected) / expected;
      }
      assertThat(statistic).isLessThan(56.5);
    }
  }

  @Test
  void refusesPositionsOutside() {
    assertThatThrownBy(() -> new SampleOrder(5, 0, 0).sampleAt(5))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("5 samples");
    assertThatThrownBy(() -> new SampleOrder(-1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  private static long[] first(long seed, int epoch) {
    SampleOrder order = new SampleOrder(10_000, seed, epoch);
    return LongStream.range(0, 100).map(order::sampleAt).toArray();
  }
}
