package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MicroBatchSumTest {

  private static ByteBuffer bytes(float[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  /** The sum at a world size, as every rank has it. */
  private static List<float[]> sums(
      long seed, int microBatches, int worldSize, int size, Encryption encryption)
      throws Exception {
    try (Ring ring = Ring.open(worldSize, SyncOptions.DEFAULT.withEncryption(encryption))) {
      List<Future<float[]>> results =
          ring.start(
              member -> {
                MicroBatchShare share = new MicroBatchShare(microBatches, worldSize, member.rank());
                MicroBatchSum own = new MicroBatchSum(size);
                ByteBuffer total = bytes(new float[size]);
                for (int time = 0; time < 2; time++) {
                  own.begin(share);
                  for (int i = share.first(); i < share.end(); i++) {
                    own.add(bytes(Samples.values(seed, i, size)));
                  }
                  member.allReduceSum(own, total);
                }
                float[] sum = new float[size];
                total.asFloatBuffer().get(sum);
                return sum;
              });
      return Ring.all(results);
    }
  }

  /** The tree, written down as a recursion over whole micro-batches. */
  private static float[] tree(List<float[]> leaves, int from, int width) {
    if (width == 1) {
      return leaves.get(from).clone();
    }
    float[] left = tree(leaves, from, width / 2);
    if (from + width / 2 >= leaves.size()) {
      return left;
    }
    float[] right = tree(leaves, from + width / 2, width / 2);
    for (int i = 0; i < left.length; i++) {
      left[i] += right[i];
    }
    return left;
  }

  @Property(tries = 12)
  void everyWorldSizeHasTheBitsOfTheTree(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 21) int microBatches,
      @ForAll @IntRange(min = 0, max = 300) int size)
      throws Exception {
    List<float[]> leaves = new ArrayList<>();
    for (int i = 0; i < microBatches; i++) {
      leaves.add(Samples.values(seed, i, size));
    }
    float[] expected = tree(leaves, 0, Integer.highestOneBit(2 * microBatches - 1));
    for (int worldSize : new int[] {1, 2, 3, 4, 5, 8}) {
      assertThat(sums(seed, microBatches, worldSize, size, Encryption.NONE))
          .as("world size %d", worldSize)
          .hasSize(worldSize)
          .allSatisfy(sum -> assertThat(Arrays.equals(sum, expected)).isTrue());
    }
  }

  @Test
  void manySlicesEncryptedOrNotAreTheSameBits() throws Exception {
    int size = 200_003;
    float[] alone = sums(5, 8, 1, size, Encryption.NONE).get(0);
    for (int worldSize : new int[] {2, 3, 8}) {
      for (Encryption encryption : Encryption.values()) {
        assertThat(sums(5, 8, worldSize, size, encryption))
            .allSatisfy(sum -> assertThat(Arrays.equals(sum, alone)).isTrue());
      }
    }
  }

  @Test
  void aShareMustBeComplete() {
    MicroBatchSum sum = new MicroBatchSum(2);
    sum.begin(new MicroBatchShare(2, 1, 0));
    sum.add(bytes(new float[] {1, 2}));
    try (Communicator alone = Communicator.alone()) {
      assertThatThrownBy(() -> alone.allReduceSum(sum, bytes(new float[2])))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("1 micro-batches were added");
      assertThatThrownBy(() -> sum.add(bytes(new float[3]))).hasMessageContaining("12 bytes");
      sum.add(bytes(new float[] {10, 20}));
      assertThatThrownBy(() -> sum.add(bytes(new float[2])))
          .isInstanceOf(IllegalStateException.class);
      ByteBuffer total = bytes(new float[2]);
      alone.allReduceSum(sum, total);
      assertThat(total.getFloat(0)).isEqualTo(11f);
      assertThat(total.getFloat(4)).isEqualTo(22f);
    }
  }
}
