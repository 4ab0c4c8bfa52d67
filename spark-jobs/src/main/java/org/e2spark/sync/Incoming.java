package org.e2spark.sync;

import java.nio.ByteBuffer;

/** What becomes of a frame's bytes as they come. */
abstract class Incoming {

  /** Bytes of the frame. */
  abstract int length();

  /** Where the next bytes go. */
  abstract ByteBuffer room();

  /** Empties the room if it is full; to be called whenever something was put into it. */
  abstract void settle();

  abstract boolean isComplete();

  /** Bytes that go where they belong at once. */
  static Incoming into(ByteBuffer target) {
    int length = target.remaining();
    return new Incoming() {
      @Override
      int length() {
        return length;
      }

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
}
