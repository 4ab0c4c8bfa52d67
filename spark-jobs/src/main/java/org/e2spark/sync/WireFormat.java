package org.e2spark.sync;

import java.util.Locale;

/** How the numbers of a sum travel between workers. Sums themselves are float32. */
public enum WireFormat {
  /** As they are. */
  FLOAT32(Float.BYTES),
  /**
   * As the upper half of a float32 (bfloat16), rounded to nearest, ties to even: half the bytes,
   * with an error of at most 2^-9 of each number that is sent.
   */
  BF16(Short.BYTES);

  private final int bytes;

  WireFormat(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  int bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
