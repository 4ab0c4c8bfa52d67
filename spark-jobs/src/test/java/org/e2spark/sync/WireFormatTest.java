package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WireFormatTest {

  @Property
  void roundsToTheNearestAndToEvenBetween(@ForAll int bits) {
    float value = Float.intBitsToFloat(bits);
    float rounded = Bfloat16.toFloat(Bfloat16.of(value));
    if (!Float.isFinite(value)) {
      assertThat(Float.compare(rounded, value)).isZero();
      return;
    }
    float towardsZero = Float.intBitsToFloat(bits & 0xffff0000);
    float away = Float.intBitsToFloat((bits & 0xffff0000) + 0x10000);
    double lost = Math.abs((double) value - towardsZero);
    // After the largest comes infinity, rounded to as if it were the next power of two.
    double added =
        (Float.isInfinite(away) ? 0x1p128 : Math.abs((double) away)) - Math.abs((double) value);
    boolean isEven = (bits >>> 16 & 1) == 0;
    assertThat(rounded).isEqualTo(lost < added || (lost == added && isEven) ? towardsZero : away);
  }

  @Property(tries = 12)
  void sumsAreThoseOfTheRingsOrderOnEveryRank(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int worldSize,
      @ForAll @IntRange(min = 0, max = 300) int size)
      throws Exception {
    check(seed, worldSize, size, Encryption.NONE);
  }

  @Test
  void manyBlocksEncryptedOrNot() throws Exception {
    for (Encryption encryption : Encryption.values()) {
      check(3, 2, 700_001, encryption);
      check(4, 3, 900_001, encryption);
    }
  }

  private static void check(long seed, int worldSize, int size, Encryption encryption)
      throws Exception {
    float[] expected = expected(seed, worldSize, size);
    List<float[]> sums;
    try (Ring ring = Ring.open(worldSize, SyncOptions.DEFAULT.withEncryption(encryption))) {
      sums =
          Ring.all(
              ring.start(
                  member -> {
                    float[] values = Samples.values(seed, member.rank(), size);
                    ByteBuffer buffer =
                        ByteBuffer.allocateDirect(size * Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
                    buffer.asFloatBuffer().put(values);
                    member.allReduceSum(buffer, WireFormat.BF16);
                    buffer.asFloatBuffer().get(values);
                    return values;
                  }));
    }
    assertThat(sums).hasSize(worldSize).allSatisfy(sum -> assertThat(sum).isEqualTo(expected));
  }

  /** Part c is summed from rank c on, and rounded whenever it travels. */
  private static float[] expected(long seed, int worldSize, int size) {
    List<float[]> values = new ArrayList<>();
    for (int rank = 0; rank < worldSize; rank++) {
      values.add(Samples.values(seed, rank, size));
    }
    float[] sum = new float[size];
    for (int i = 0; i < size; i++) {
      int part = i * Float.BYTES / Part.GRAIN_BYTES % worldSize;
      for (int turn = 0; turn < worldSize; turn++) {
        sum[i] = rounded(sum[i]) + values.get((part + turn) % worldSize)[i];
      }
      sum[i] = worldSize > 1 ? rounded(sum[i]) : sum[i];
    }
    return sum;
  }

  private static float rounded(float value) {
    return Bfloat16.toFloat(Bfloat16.of(value));
  }
}
