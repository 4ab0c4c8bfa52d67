package org.e2spark.train;

import java.nio.ByteBuffer;

/**
 * What a worker, or all of them, counted in a round. As floats their sums over workers are exact:
 * whole numbers go in digits of 12 bits, which leaves room for 4,096 workers.
 *
 * @param sums over samples; below 2^36 of them
 * @param skipped steps that were left out
 */
public record RoundSums(SampleSums sums, int skipped) {

  private static final int BITS = 12;
  private static final int DIGITS = 3;

  /** How many floats they are. */
  static final int FLOATS = 2 + 2 * DIGITS;

  /** Writes them from an index of a little-endian buffer on. */
  void put(ByteBuffer bytes, int at) {
    bytes.putFloat(at, (float) sums.loss());
    bytes.putFloat(at + Float.BYTES, skipped);
    put(bytes, at + 2 * Float.BYTES, sums.correct());
    put(bytes, at + (2 + DIGITS) * Float.BYTES, sums.samples());
  }

  private static void put(ByteBuffer bytes, int at, long number) {
    long left = number;
    for (int digit = 0; digit < DIGITS; digit++) {
      bytes.putFloat(at + digit * Float.BYTES, left & ((1 << BITS) - 1));
      left >>= BITS;
    }
  }

  /** Reads what several workers wrote, after it was summed. */
  static RoundSums get(ByteBuffer bytes, int at) {
    return new RoundSums(
        new SampleSums(
            bytes.getFloat(at),
            number(bytes, at + 2 * Float.BYTES),
            number(bytes, at + (2 + DIGITS) * Float.BYTES)),
        (int) bytes.getFloat(at + Float.BYTES));
  }

  private static long number(ByteBuffer bytes, int at) {
    long number = 0;
    for (int digit = DIGITS - 1; digit >= 0; digit--) {
      number = (number << BITS) + (long) bytes.getFloat(at + digit * Float.BYTES);
    }
    return number;
  }
}
