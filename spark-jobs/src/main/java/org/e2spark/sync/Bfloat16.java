package org.e2spark.sync;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;

/**
 * The upper halves of float32 numbers. Rounding goes through arrays, block by block, since the
 * compiler makes vector instructions of loops over arrays of one width only.
 *
 * <p>Not thread-safe.
 */
final class Bfloat16 {

  private static final int HALF = 16;
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int INFINITY = 0x7f800000;
  private static final int QUIET = 0x400000;
  private static final int BELOW_HALF = 0x7fff;
  private static final int BLOCK = 4096;

  private final int[] bits = new int[BLOCK];
  private final short[] halves = new short[BLOCK];

  /** The nearest one; of two as near, that whose last bit is zero. What is no number stays none. */
  static short of(float value) {
    return (short) half(Float.floatToRawIntBits(value));
  }

  static float toFloat(short value) {
    return Float.intBitsToFloat(value << HALF);
  }

  /** Without a branch, as half of all numbers are rounded up. */
  private static int half(int bits) {
    int none = INFINITY - (bits & MAGNITUDE) >> Integer.SIZE - 1; // all ones for what is no number
    int rounded = bits + BELOW_HALF + (bits >>> HALF & 1);
    return ((rounded & ~none) | ((bits | QUIET) & none)) >>> HALF;
  }

  /**
   * Writes the nearest ones of some floats.
   *
   * @param from the floats' bits
   */
  void narrow(IntBuffer from, int first, ShortBuffer to, int at, int count) {
    for (int block = 0; block < count; block += BLOCK) {
      int size = Math.min(BLOCK, count - block);
      from.get(first + block, bits, 0, size);
      for (int i = 0; i < size; i++) {
        bits[i] = half(bits[i]);
      }
      for (int i = 0; i < size; i++) {
        halves[i] = (short) bits[i];
      }
      to.put(at + block, halves, 0, size);
    }
  }

  /**
   * Rounds in place.
   *
   * @param values the floats' bits
   */
  void round(IntBuffer values, int first, int count) {
    for (int block = 0; block < count; block += BLOCK) {
      int size = Math.min(BLOCK, count - block);
      values.get(first + block, bits, 0, size);
      for (int i = 0; i < size; i++) {
        bits[i] = half(bits[i]) << HALF;
      }
      values.put(first + block, bits, 0, size);
    }
  }

  /** Adds to some floats. */
  static void add(FloatBuffer to, int first, ShortBuffer from, int at, int count) {
    for (int i = 0; i < count; i++) {
      to.put(first + i, to.get(first + i) + toFloat(from.get(at + i)));
    }
  }

  /** Writes over some floats. */
  static void widen(FloatBuffer to, int first, ShortBuffer from, int at, int count) {
    for (int i = 0; i < count; i++) {
      to.put(first + i, toFloat(from.get(at + i)));
    }
  }
}
