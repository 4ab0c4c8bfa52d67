package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;

class RingAllReducePropertyTest {

  @Property(tries = 25)
  void equalsTheSequentialSumEverywhereAndTwice(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int worldSize,
      @ForAll @IntRange(min = 0, max = 300) int size)
      throws Exception {
    List<float[]> sums = Samples.reduce(seed, worldSize, size);
    double[] expected = new double[size];
    for (int rank = 0; rank < worldSize; rank++) {
      float[] values = Samples.values(seed, rank, size);
      for (int i = 0; i < size; i++) {
        expected[i] += values[i];
      }
    }
    for (int i = 0; i < size; i++) {
      assertThat((double) sums.get(0)[i]).isCloseTo(expected[i], within(expected[i]));
    }
    assertThat(sums).allSatisfy(sum -> assertThat(sum).containsExactly(sums.get(0)));
    assertThat(Samples.reduce(seed, worldSize, size).get(0)).containsExactly(sums.get(0));
  }

  private static Offset<Double> within(double expected) {
    return Offset.offset(1e-6 * Math.max(1, Math.abs(expected)));
  }
}
