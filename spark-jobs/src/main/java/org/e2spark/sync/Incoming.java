package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** What becomes of a frame's bytes as they come. */
abstract class Incoming {

  private final int length;

  private Incoming(int length) {
    this.length = length;
  }

  /** Bytes of the frame. */
  final int length() {
    return length;
  }

  /** Where the next bytes go. */
  abstract ByteBuffer room();

  /** Empties the room if it is full; to be called whenever something was put into it. */
  abstract void settle();

  abstract boolean isComplete();

  /** Bytes that go where they belong at once. */
  static Incoming into(ByteBuffer target) {
    return new Incoming(target.remaining()) {
      @Override
      ByteBuffer room() {
        return target;
      }

      @Override
      void settle() {}

      @Override
      boolean isComplete() {
        return !target.hasRemaining();
      }
    };
  }

  /**
   * Numbers that are added to floats while more come.
   *
   * @param sum little-endian
   * @param room for some of them, so few that they stay in a core's cache
   */
  static Incoming added(ByteBuffer sum, WireFormat format, ByteBuffer room) {
    FloatBuffer sums = sum.asFloatBuffer();
    return new Chunked(sums.remaining(), format, room) {
      @Override
      void use(ByteBuffer chunk, int first, int count) {
        if (format == WireFormat.BF16) {
          Bfloat16.add(sums, first, chunk.asShortBuffer(), count);
        } else {
          add(sums, first, chunk.asFloatBuffer(), count);
        }
      }
    };
  }

  private static void add(FloatBuffer sums, int first, FloatBuffer addends, int count) {
    for (int i = 0; i < count; i++) {
      sums.put(first + i, sums.get(first + i) + addends.get(i));
    }
  }

  /** Narrow numbers that become floats. */
  static Incoming widened(ByteBuffer target, ByteBuffer room) {
    FloatBuffer floats = target.asFloatBuffer();
    return new Chunked(floats.remaining(), WireFormat.BF16, room) {
      @Override
      void use(ByteBuffer chunk, int first, int count) {
        Bfloat16.widen(floats, first, chunk.asShortBuffer(), count);
      }
    };
  }

  private abstract static class Chunked extends Incoming {
    private final WireFormat format;
    private final ByteBuffer room;
    private int used;

    Chunked(int floats, WireFormat format, ByteBuffer room) {
      super(floats * format.bytes());
      this.format = format;
      this.room = room;
      clear();
    }

    private void clear() {
      room.clear().limit(Math.min(room.capacity(), length() - used));
    }

    @Override
    ByteBuffer room() {
      return room;
    }

    @Override
    void settle() {
      if (!room.hasRemaining() && !isComplete()) {
        ByteBuffer chunk = room.duplicate().flip().order(ByteOrder.LITTLE_ENDIAN);
        int count = chunk.remaining() / format.bytes();
        use(chunk, used / format.bytes(), count);
        used += chunk.remaining();
        clear();
      }
    }

    @Override
    boolean isComplete() {
      return used == length();
    }

    abstract void use(ByteBuffer chunk, int first, int count);
  }
}
