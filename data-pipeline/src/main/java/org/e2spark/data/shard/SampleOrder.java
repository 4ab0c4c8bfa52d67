package org.e2spark.data.shard;

import static org.e2spark.data.augment.SampleRandom.hash;

/**
 * The order of an epoch: a permutation of {@code [0, size)} computed one position at a time.
 *
 * <p>A six-round Feistel network permutes the smallest domain of {@code 4^k} numbers that covers
 * {@code size}; walking its cycle until a number falls below {@code size} makes that a permutation
 * of the samples (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). So any
 * position is found in constant memory and, on average, at most four passes, and the order depends
 * on nothing but size, seed and epoch.
 */
public final class SampleOrder {
  private static final int ROUNDS = 6;

  private final long size;
  private final int halfBits;
  private final long[] roundKeys = new long[ROUNDS];

  /**
   * The order of one epoch.
   *
   * @param size number of samples, in {@code [0, 2^62]}
   * @param seed the run's seed
   * @param epoch the epoch, from 0
   * @throws IllegalArgumentException naming the value that is out of range
   */
  public SampleOrder(long size, long seed, int epoch) {
    if (size < 0 || size > 1L << 62) {
      throw new IllegalArgumentException(
          "Invalid number of samples: " + size + " (must be in [0, 2^62])");
    }
    if (epoch < 0) {
      throw new IllegalArgumentException("Invalid epoch: " + epoch + " (must be >= 0)");
    }
    this.size = size;
    this.halfBits = size < 2 ? 0 : (64 - Long.numberOfLeadingZeros(size - 1) + 1) / 2;
    long key = hash(hash(seed) + epoch);
    for (int round = 0; round < ROUNDS; round++) {
      roundKeys[round] = hash(key + round);
    }
  }

  /**
   * The sample at a position of this epoch's order.
   *
   * @param position in {@code [0, size)}; otherwise IndexOutOfBoundsException
   * @return a sample's index in {@code [0, size)}
   */
  public long sampleAt(long position) {
    if (position < 0 || position >= size) {
      throw new IndexOutOfBoundsException(
          "Position " + position + " is outside an epoch of " + size + " samples");
    }
    if (halfBits == 0) {
      return 0;
    }
    long sample = position;
    do {
      sample = permute(sample);
    } while (sample >= size);
    return sample;
  }

  private long permute(long value) {
    long mask = (1L << halfBits) - 1;
    long left = value >>> halfBits;
    long right = value & mask;
    for (long roundKey : roundKeys) {
      long next = left ^ (hash(right ^ roundKey) & mask);
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }
}
