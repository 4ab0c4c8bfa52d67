package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RoundSumsTest {

  @Property(tries = 50)
  void countsOfManyWorkersAreExact(
      @ForAll @LongRange(max = (1L << 36) - 1) long samples,
      @ForAll @LongRange(max = (1L << 36) - 1) long correct,
      @ForAll @IntRange(min = 1, max = 4096) int workers) {
    ByteBuffer own = buffer();
    new RoundSums(new SampleSums(0.5, correct, samples), 3).put(own, 0);
    ByteBuffer sum = buffer();
    for (int worker = 0; worker < workers; worker++) {
      for (int at = 0; at < sum.capacity(); at += Float.BYTES) {
        sum.putFloat(at, sum.getFloat(at) + own.getFloat(at));
      }
    }
    assertThat(RoundSums.get(sum, 0))
        .isEqualTo(
            new RoundSums(
                new SampleSums(0.5 * workers, correct * workers, samples * workers), 3 * workers));
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(RoundSums.FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
