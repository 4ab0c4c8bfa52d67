package org.e2spark.data.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The first directory of a TIFF structure, as TIFF files and EXIF blocks have it (TIFF 6.0, section
 * 2). Damaged entries are as if they were absent.
 */
final class TiffDirectory {

  private static final int ENTRY_BYTES = 12;
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int UNDEFINED = 7;

  /** Bytes of a value of each type of TIFF 6.0. */
  private static final int[] SIZES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

  private final ByteBuffer bytes;
  private final int start;
  private final int length;
  private final Map<Integer, Integer> entries = new LinkedHashMap<>();
  private final boolean whole;
  private final long next;

  private TiffDirectory(ByteBuffer bytes) {
    this.bytes = bytes;
    long at = has(0, 8) ? bytes.getInt(4) & 0xffffffffL : 0;
    int count = has(at, 2) ? bytes.getShort((int) at) & 0xffff : 0;
    start = (int) at;
    for (int i = 0; i < count && has(at + 2 + (long) i * ENTRY_BYTES, ENTRY_BYTES); i++) {
      int entry = (int) at + 2 + i * ENTRY_BYTES;
      entries.putIfAbsent(bytes.getShort(entry) & 0xffff, entry);
    }
    long end = at + 2 + (long) count * ENTRY_BYTES;
    whole = count > 0 && has(at, 2 + (long) count * ENTRY_BYTES);
    length = (int) Math.min(end + Integer.BYTES, bytes.limit()) - start;
    next = at > 0 && has(end, Integer.BYTES) ? bytes.getInt((int) end) & 0xffffffffL : 0;
  }

  /** Reads the directory of a structure that fills a part of an array. */
  static TiffDirectory of(byte[] array, int offset, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(array, offset, length).slice();
    boolean little = length > 0 && bytes.get(0) == 'I';
    return new TiffDirectory(bytes.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN));
  }

  private boolean has(long at, long length) {
    return at >= 0 && length <= bytes.limit() && at <= bytes.limit() - length;
  }

  /** Whether all entries that the directory announces are there. */
  boolean isWhole() {
    return whole;
  }

  /** Where the directory stands. */
  int start() {
    return start;
  }

  /** The number of bytes that the directory takes, with the place of the next. */
  int length() {
    return length;
  }

  /**
   * The directory with some of its entries only, and no next one; it takes as many bytes.
   *
   * @param tag an entry that gets another value, if it is there
   */
  byte[] only(Set<Integer> tags, int tag, int value) {
    ByteBuffer only = ByteBuffer.allocate(length).order(bytes.order());
    int count = 0;
    for (Map.Entry<Integer, Integer> entry : entries.entrySet()) {
      if (tags.contains(entry.getKey())) {
        int to = 2 + count++ * ENTRY_BYTES;
        only.put(to, bytes, entry.getValue(), ENTRY_BYTES);
        if (entry.getKey() == tag) {
          only.putShort(to + 2, (short) LONG).putInt(to + 4, 1).putInt(to + 8, value);
        }
      }
    }
    return length < 2 ? only.array() : only.putShort(0, (short) count).array();
  }

  /** The first of some tags whose values are not all within the structure; -1 if all are. */
  int firstBeyond(Set<Integer> tags) {
    for (Map.Entry<Integer, Integer> entry : entries.entrySet()) {
      if (tags.contains(entry.getKey())) {
        int type = bytes.getShort(entry.getValue() + 2);
        int size = type >= 1 && type < SIZES.length ? SIZES[type] : Long.BYTES;
        long all = (bytes.getInt(entry.getValue() + 4) & 0xffffffffL) * size;
        if (!has(place(entry.getValue(), size), all)) {
          return entry.getKey();
        }
      }
    }
    return -1;
  }

  /** Where the next directory stands; 0 if there is none. */
  long next() {
    return next;
  }

  Orientation orientation() {
    return Orientation.of(value(Orientation.TAG, 1));
  }

  /** The first value of a tag; {@code absent} if there is none. */
  long value(int tag, long absent) {
    long[] values = values(tag, 1);
    return values.length == 0 ? absent : values[0];
  }

  /** The whole numbers of a tag, at most {@code most} of them; none if there are none. */
  long[] values(int tag, int most) {
    Integer entry = entries.get(tag);
    if (entry == null) {
      return new long[0];
    }
    int size =
        switch (bytes.getShort(entry + 2)) {
          case BYTE, UNDEFINED -> 1;
          case SHORT -> Short.BYTES;
          case LONG -> Integer.BYTES;
          default -> 0;
        };
    long count = Math.min(bytes.getInt(entry + 4) & 0xffffffffL, most);
    long at = place(entry, size);
    if (size == 0 || !has(at, count * size)) {
      return new long[0];
    }
    long[] values = new long[(int) count];
    for (int i = 0; i < count; i++) {
      int from = (int) at + i * size;
      values[i] =
          switch (size) {
            case 1 -> bytes.get(from) & 0xff;
            case Short.BYTES -> bytes.getShort(from) & 0xffff;
            default -> bytes.getInt(from) & 0xffffffffL;
          };
    }
    return values;
  }

  private long place(int entry, int size) {
    long all = (bytes.getInt(entry + 4) & 0xffffffffL) * size;
    return all <= 4 ? entry + 8 : bytes.getInt(entry + 8) & 0xffffffffL;
  }

  /** The bytes of a tag; none if it has none or they are not all there. */
  byte[] content(int tag) {
    Integer entry = entries.get(tag);
    if (entry == null
        || (bytes.getShort(entry + 2) != BYTE && bytes.getShort(entry + 2) != UNDEFINED)) {
      return new byte[0];
    }
    long count = bytes.getInt(entry + 4) & 0xffffffffL;
    long at = place(entry, 1);
    if (!has(at, count)) {
      return new byte[0];
    }
    byte[] content = new byte[(int) count];
    bytes.get((int) at, content);
    return content;
  }
}
