package org.e2spark.data.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The name of a colour profile (ICC.1:2022, tag {@code desc}). */
final class IccProfile {

  private static final int HEADER_BYTES = 128;
  private static final int TAG_BYTES = 12;
  private static final int DESCRIPTION = 0x64657363;
  private static final int LOCALIZED = 0x6d6c7563;
  private static final int MOST_TAGS = 100;
  private static final int LONGEST_NAME = 80;
  private static final String NAMELESS = "without a name";

  private IccProfile() {}

  /** The description of a profile, at most 80 characters of it. */
  static String name(byte[] profile) {
    ByteBuffer bytes = ByteBuffer.wrap(profile);
    int tags = profile.length < HEADER_BYTES + 4 ? 0 : bytes.getInt(HEADER_BYTES);
    for (int i = 0; i < Math.min(tags, MOST_TAGS); i++) {
      int entry = HEADER_BYTES + 4 + i * TAG_BYTES;
      if (entry + TAG_BYTES > profile.length) {
        break;
      }
      if (bytes.getInt(entry) == DESCRIPTION) {
        return description(bytes, bytes.getInt(entry + 4));
      }
    }
    return NAMELESS;
  }

  private static String description(ByteBuffer bytes, int at) {
    if (at < 0 || at > bytes.limit() - 28) {
      return NAMELESS;
    }
    if (bytes.getInt(at) == LOCALIZED) {
      long from = at + (bytes.getInt(at + 24) & 0xffffffffL);
      return text(bytes, from, bytes.getInt(at + 20), true);
    }
    return text(bytes, at + 12L, bytes.getInt(at + 8), false);
  }

  private static String text(ByteBuffer bytes, long from, int length, boolean wide) {
    int most = (int) Math.max(0, Math.min(length, bytes.limit() - from));
    most = Math.min(most, wide ? 2 * LONGEST_NAME : LONGEST_NAME);
    if (length <= 0 || most == 0) {
      return NAMELESS;
    }
    byte[] text = new byte[most];
    bytes.get((int) from, text);
    String name =
        new String(text, wide ? StandardCharsets.UTF_16BE : StandardCharsets.ISO_8859_1)
            .replaceAll("\\p{Cntrl}", "")
            .strip();
    return name.isEmpty() ? NAMELESS : name;
  }
}
