package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** A frame's bytes on their way out: one chunk after another. */
abstract class Outgoing {

  private final int length;

  private Outgoing(int length) {
    this.length = length;
  }

  /** Bytes of the frame. */
  final int length() {
    return length;
  }

  /** The chunk to be written now. */
  abstract ByteBuffer chunk();

  /** Makes the next chunk, once the one before is written; false if there is none. */
  abstract boolean advance();

  /** Bytes that are read where they lie. */
  static Outgoing of(ByteBuffer bytes) {
    return new Outgoing(bytes.remaining()) {
      @Override
      ByteBuffer chunk() {
        return bytes;
      }

      @Override
      boolean advance() {
        return false;
      }
    };
  }

  /**
   * Floats that are narrowed as they go.
   *
   * @param values little-endian
   * @param chunk room for some of them
   */
  static Outgoing narrowed(ByteBuffer values, Bfloat16 bfloat16, ByteBuffer chunk) {
    IntBuffer floats = values.asIntBuffer();
    Outgoing outgoing =
        new Outgoing(floats.remaining() * Short.BYTES) {
          private int taken;

          @Override
          ByteBuffer chunk() {
            return chunk;
          }

          @Override
          boolean advance() {
            int count = Math.min(chunk.capacity() / Short.BYTES, floats.remaining() - taken);
            chunk.clear().limit(count * Short.BYTES);
            ByteBuffer narrow = chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            bfloat16.narrow(floats, taken, narrow.asShortBuffer(), count);
            taken += count;
            return count > 0;
          }
        };
    outgoing.advance();
    return outgoing;
  }
}
