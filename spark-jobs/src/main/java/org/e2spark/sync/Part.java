package org.e2spark.sync;

/**
 * The bytes of a stretch of a buffer that are summed from one rank on: every world-size-th grain,
 * counted from the buffer's beginning. What a byte's part is follows from its index in the buffer
 * and the world size alone, so that a buffer that is summed stretch by stretch gets the bits of one
 * that is summed at once, and every stretch of some length is shared by all ranks.
 *
 * <p>A cursor, used again and again.
 */
final class Part {

  /** Few enough that short stretches are shared evenly. */
  static final int GRAIN_BYTES = 8 * 1024;

  private final int worldSize;
  private int from;
  private int to;
  private int first;
  private int grain;
  private int bytes;

  Part(int worldSize) {
    this.worldSize = worldSize;
  }

  /**
   * Goes before the first grain of a part.
   *
   * @param begin index of the stretch's first byte
   * @param end one after the last
   * @param index of the part, modulo the world size
   */
  void begin(int begin, int end, int index) {
    from = begin;
    to = end;
    int grainOfBegin = begin / GRAIN_BYTES;
    first = grainOfBegin + Math.floorMod(index - grainOfBegin, worldSize);
    bytes = 0;
    grain = first - worldSize;
    while (next()) {
      bytes += end() - start();
    }
    grain = first - worldSize;
  }

  /** How many bytes all of its grains have. */
  int bytes() {
    return bytes;
  }

  /** Goes to the next grain; false if there is none. */
  boolean next() {
    if ((long) (grain + worldSize) * GRAIN_BYTES >= to) {
      return false;
    }
    grain += worldSize;
    return true;
  }

  /** Index of the grain's first byte. */
  int start() {
    return Math.max(from, grain * GRAIN_BYTES);
  }

  /** One after its last. */
  int end() {
    return (int) Math.min(to, (grain + 1L) * GRAIN_BYTES);
  }
}
