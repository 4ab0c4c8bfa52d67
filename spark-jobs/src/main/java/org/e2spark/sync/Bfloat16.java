package org.e2spark.sync;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** The upper halves of float32 numbers. */
final class Bfloat16 {

  private static final int HALF = 16;
  private static final int MAGNITUDE = 0x7fffffff;
  private static final int INFINITY = 0x7f800000;
  private static final int QUIET = 0x400000;
  private static final int BELOW_HALF = 0x7fff;

  private Bfloat16() {}

  /** The nearest one; of two as near, that whose last bit is zero. What is no number stays none. */
  static short of(float value) {
    return of(Float.floatToRawIntBits(value));
  }

  /** Without a branch, as half of all numbers are rounded up. */
  private static short of(int bits) {
    int none = INFINITY - (bits & MAGNITUDE) >> Integer.SIZE - 1; // all ones for what is no number
    int rounded = bits + BELOW_HALF + (bits >>> HALF & 1);
    return (short) ((rounded & ~none | (bits | QUIET) & none) >>> HALF);
  }

  static float toFloat(short value) {
    return Float.intBitsToFloat(value << HALF);
  }

  /** Writes the nearest ones of some floats. */
  static void narrow(FloatBuffer from, int first, ShortBuffer to, int count) {
    for (int i = 0; i < count; i++) {
      to.put(i, of(from.get(first + i)));
    }
  }

  /** Adds to some floats. */
  static void add(FloatBuffer to, int first, ShortBuffer from, int count) {
    for (int i = 0; i < count; i++) {
      to.put(first + i, to.get(first + i) + toFloat(from.get(i)));
    }
  }

  /** Writes over some floats. */
  static void widen(FloatBuffer to, int first, ShortBuffer from, int count) {
    for (int i = 0; i < count; i++) {
      to.put(first + i, toFloat(from.get(i)));
    }
  }

  /** Rounds in place. */
  static void round(FloatBuffer values) {
    int count = values.remaining();
    for (int i = 0; i < count; i++) {
      values.put(i, toFloat(of(values.get(i))));
    }
  }
}
