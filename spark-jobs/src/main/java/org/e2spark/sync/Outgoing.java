package org.e2spark.sync;

import java.nio.ByteBuffer;

/** A frame's bytes on their way out: some pieces of memory after others. */
abstract class Outgoing {

  private final ByteBuffer[] pieces;

  /**
   * @param pieces to be written now, in order; the first is left to the frame's header
   */
  Outgoing(ByteBuffer... pieces) {
    this.pieces = pieces;
  }

  final ByteBuffer[] pieces() {
    return pieces;
  }

  /** Bytes of the frame, without its header. */
  abstract int length();

  /** Makes the next pieces, once those before are written; does nothing if there are none. */
  abstract void advance();

  /** Bytes that are read where they lie. */
  static Outgoing of(ByteBuffer bytes) {
    int length = bytes.remaining();
    return new Outgoing(null, bytes) {
      @Override
      int length() {
        return length;
      }

      @Override
      void advance() {}
    };
  }
}
