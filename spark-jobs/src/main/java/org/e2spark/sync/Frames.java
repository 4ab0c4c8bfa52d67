package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The frames of the ring: a header of kind, collective, part and length, then the bytes.
 *
 * <p>A header that is not the expected one is an error at once, so that workers that fell out of
 * step neither add wrong numbers nor wait for bytes that never come.
 */
final class Frames {

  static final int HEADER_BYTES = 4 * Integer.BYTES;
  static final int DATA = 0x45324431;
  static final int ABORT = 0x45324641;
  static final int REASON_LIMIT = 16 * 1024;

  private Frames() {}

  static ByteBuffer header(int kind, int collective, int part, int length) {
    ByteBuffer header = ByteBuffer.allocateDirect(HEADER_BYTES);
    return header.putInt(kind).putInt(collective).putInt(part).putInt(length).flip();
  }

  /** A whole abort frame: who failed first, and why (cut at {@link #REASON_LIMIT} bytes). */
  static ByteBuffer abort(int rank, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, REASON_LIMIT);
    ByteBuffer frame = ByteBuffer.allocateDirect(HEADER_BYTES + length);
    frame.putInt(ABORT).putInt(rank).putInt(0).putInt(length).put(text, 0, length);
    return frame.flip();
  }

  static void requireFloats(ByteBuffer values) {
    if (values.order() != ByteOrder.LITTLE_ENDIAN || values.remaining() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "Invalid buffer to reduce: "
              + values.remaining()
              + " bytes, "
              + values.order()
              + " (needs little-endian float32, a multiple of 4 bytes)");
    }
  }
}
