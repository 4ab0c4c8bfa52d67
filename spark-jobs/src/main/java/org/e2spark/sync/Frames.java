package org.e2spark.sync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The frames of the ring: a header of kind, attempt, collective, part and length, then the bytes.
 *
 * <p>A header that is not the expected one is an error at once, so that workers that fell out of
 * step neither add wrong numbers nor wait for bytes that never come.
 */
final class Frames {

  static final int HEADER_BYTES = 5 * Integer.BYTES;
  static final int DATA = 0x45324432;
  static final int ABORT = 0x45324641;
  static final int REASON_LIMIT = 16 * 1024;

  private Frames() {}

  /** Fills a header, which is then ready to be written. */
  static void fill(ByteBuffer header, int kind, int attempt, int collective, int part, int length) {
    header.clear();
    header.putInt(kind).putInt(attempt).putInt(collective).putInt(part).putInt(length).flip();
  }

  /** What an abort says of a reason: its UTF-8, cut at {@link #REASON_LIMIT} bytes. */
  static ByteBuffer reason(String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.wrap(text, 0, Math.min(text.length, REASON_LIMIT)).slice();
  }

  static void requireFloats(ByteBuffer values) {
    if (values.order() != ByteOrder.LITTLE_ENDIAN
        || values.remaining() % Float.BYTES != 0
        || values.position() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "Invalid buffer to reduce: "
              + values.remaining()
              + " bytes from "
              + values.position()
              + ", "
              + values.order()
              + " (needs little-endian float32, multiples of 4 bytes)");
    }
  }
}
