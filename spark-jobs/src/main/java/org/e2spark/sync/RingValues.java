package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;

/**
 * The numbers of a buffer as they go round the ring, part by part. Whatever it hands out is used
 * again for the next frame of that direction; nothing is allocated while the buffer stays the same.
 */
final class RingValues {

  private static final int ROOM_BYTES = 64 * 1024;
  private static final int PIECES = ROOM_BYTES / Part.GRAIN_BYTES;

  private final Bfloat16 bfloat16 = new Bfloat16();
  private final FloatAdder adder = new FloatAdder();
  private final ByteBuffer[] pieces = new ByteBuffer[1 + PIECES];
  private final Plain plain;
  private final Narrowed narrowed;
  private final Taken taken;
  private final Part rounded;
  private ByteBuffer bound;
  private FloatBuffer floats;
  private IntBuffer bits;

  RingValues(int worldSize) {
    plain = new Plain(new Part(worldSize));
    narrowed = new Narrowed(new Part(worldSize));
    taken = new Taken(new Part(worldSize));
    rounded = new Part(worldSize);
  }

  /**
   * Takes up a buffer, whole; what is said of bytes from here on is by their index in it.
   *
   * @param values little-endian float32
   */
  void bind(ByteBuffer values) {
    // Buffers are equal if their numbers are; here the same one is meant.
    if (values == bound) {
      return;
    }
    bound = values;
    ByteBuffer whole = values.duplicate().order(ByteOrder.LITTLE_ENDIAN).clear();
    floats = whole.asFloatBuffer();
    bits = whole.asIntBuffer();
    for (int i = 1; i < pieces.length; i++) {
      pieces[i] = whole.duplicate().limit(0); // of which nothing is to be sent yet
    }
  }

  /** A part of some bytes, to be sent. */
  Outgoing sent(int from, int to, int part, WireFormat format) {
    return format == WireFormat.BF16 ? narrowed.begin(from, to, part) : plain.begin(from, to, part);
  }

  /** What comes is added to a part. */
  Incoming added(int from, int to, int part, WireFormat format) {
    return taken.begin(from, to, part, format, true);
  }

  /** What comes replaces a part. */
  Incoming replaced(int from, int to, int part, WireFormat format) {
    return taken.begin(from, to, part, format, false);
  }

  /** Rounds a part to what can be sent. */
  void round(int from, int to, int part) {
    rounded.begin(from, to, part);
    while (rounded.next()) {
      bfloat16.round(
          bits, rounded.start() / Float.BYTES, (rounded.end() - rounded.start()) / Float.BYTES);
    }
  }

  /** Grains where they lie. */
  private final class Plain extends Outgoing {
    private final Part part;

    Plain(Part part) {
      super(pieces);
      this.part = part;
    }

    Plain begin(int from, int to, int index) {
      part.begin(from, to, index);
      advance();
      return this;
    }

    @Override
    int length() {
      return part.bytes();
    }

    @Override
    void advance() {
      for (int i = 1; i < pieces.length; i++) {
        if (part.next()) {
          pieces[i].clear().limit(part.end()).position(part.start());
        } else {
          pieces[i].limit(pieces[i].position());
        }
      }
    }
  }

  /** Floats that are narrowed as they go. */
  private final class Narrowed extends Outgoing {
    private final Part part;
    private final ByteBuffer chunk;
    private final ShortBuffer halves;

    Narrowed(Part part) {
      this(part, ByteBuffer.allocateDirect(ROOM_BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }

    private Narrowed(Part part, ByteBuffer chunk) {
      super(null, chunk);
      this.part = part;
      this.chunk = chunk;
      this.halves = chunk.asShortBuffer();
    }

    Narrowed begin(int from, int to, int index) {
      part.begin(from, to, index);
      advance();
      return this;
    }

    @Override
    int length() {
      return part.bytes() / Float.BYTES * WireFormat.BF16.bytes();
    }

    @Override
    void advance() {
      int count = 0;
      for (int i = 0; i < PIECES && part.next(); i++) {
        int size = (part.end() - part.start()) / Float.BYTES;
        bfloat16.narrow(bits, part.start() / Float.BYTES, halves, count, size);
        count += size;
      }
      chunk.clear().limit(count * WireFormat.BF16.bytes());
    }
  }

  /** Numbers that come through a room so small that it stays in a core's cache. */
  private final class Taken extends Incoming {
    private final Part part;
    private final ByteBuffer room =
        ByteBuffer.allocateDirect(ROOM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final FloatBuffer wide = room.asFloatBuffer();
    private final ShortBuffer halves = room.asShortBuffer();
    private WireFormat format;
    private boolean isAdded;
    private int length;
    private int used;
    private int next;
    private int end;

    Taken(Part part) {
      this.part = part;
    }

    Taken begin(int from, int to, int index, WireFormat as, boolean adding) {
      part.begin(from, to, index);
      format = as;
      isAdded = adding;
      length = part.bytes() / Float.BYTES * as.bytes();
      used = 0;
      next = 0;
      end = 0;
      empty();
      return this;
    }

    private void empty() {
      room.clear().limit(Math.min(ROOM_BYTES, length - used));
    }

    @Override
    int length() {
      return length;
    }

    @Override
    ByteBuffer room() {
      return room;
    }

    @Override
    void settle() {
      if (room.hasRemaining() || isComplete()) {
        return;
      }
      int count = room.position() / format.bytes();
      int done = 0;
      while (done < count) {
        if (next == end && part.next()) {
          next = part.start() / Float.BYTES;
          end = part.end() / Float.BYTES;
        }
        int size = Math.min(count - done, end - next);
        use(done, size);
        done += size;
        next += size;
      }
      used += room.position();
      empty();
    }

    private void use(int at, int count) {
      if (format == WireFormat.BF16) {
        if (isAdded) {
          Bfloat16.add(floats, next, halves, at, count);
        } else {
          Bfloat16.widen(floats, next, halves, at, count);
        }
      } else if (isAdded) {
        adder.add(floats, next, wide, at, count);
      } else {
        floats.put(next, wide, at, count);
      }
    }

    @Override
    boolean isComplete() {
      return used == length;
    }
  }
}
