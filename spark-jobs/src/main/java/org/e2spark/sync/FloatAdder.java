package org.e2spark.sync;

import java.nio.FloatBuffer;

/**
 * Adds floats that lie in buffers. They go through arrays, block by block, since the compiler makes
 * vector instructions of loops over arrays only.
 *
 * <p>Not thread-safe.
 */
public final class FloatAdder {

  private static final int BLOCK = 2048;

  private final float[] sums = new float[BLOCK];
  private final float[] addends = new float[BLOCK];

  /** Adds to some floats as many others. */
  public void add(FloatBuffer to, int first, FloatBuffer from, int at, int count) {
    for (int block = 0; block < count; block += BLOCK) {
      int size = Math.min(BLOCK, count - block);
      to.get(first + block, sums, 0, size);
      from.get(at + block, addends, 0, size);
      for (int i = 0; i < size; i++) {
        sums[i] += addends[i];
      }
      to.put(first + block, sums, 0, size);
    }
  }
}
