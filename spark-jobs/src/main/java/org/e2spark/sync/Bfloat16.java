package org.e2spark.sync;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/** The upper halves of float32 numbers. */
final class Bfloat16 {

  private static final int HALF = 16;
  private static final int QUIET = 0x40;

  private Bfloat16() {}

  /** The nearest one; of two as near, that whose last bit is zero. What is no number stays none. */
  static short of(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short)
        (Float.isNaN(value)
            ? bits >>> HALF | QUIET
            : bits + ((1 << HALF - 1) - 1) + (bits >>> HALF & 1) >>> HALF);
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
