package org.e2spark.data.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Cutting files of fixed-size records into parts for tasks. */
final class RecordBlocks {

  /** Bytes a task reads: enough to make its start-up small, few enough to use every core. */
  private static final long PART_BYTES = 8L << 20;

  private RecordBlocks() {}

  /** Cuts the blocks in order; a compressed file can only be read from its start. */
  static List<RecordBlock> parts(List<RecordBlock> blocks, RecordLayout layout) {
    long step = Math.max(1, PART_BYTES / layout.recordBytes());
    List<RecordBlock> parts = new ArrayList<>();
    for (RecordBlock block : blocks) {
      if (!block.images().isSeekable()) {
        parts.add(block);
        continue;
      }
      for (long from = 0; from < block.records(); from += step) {
        parts.add(block.slice(from, Math.min(step, block.records() - from)));
      }
    }
    return parts;
  }

  /**
   * Returns how many records of {@code recordBytes} a file without a header holds.
   *
   * @throws BadImageDataException if it holds none, or a part of one
   */
  static long count(ByteSource file, int recordBytes, Configuration conf) {
    long length = length(file, Long.MAX_VALUE, conf);
    if (length == 0 || length % recordBytes != 0) {
      throw new BadImageDataException(
          file.name(),
          length - length % recordBytes,
          "whole records of " + recordBytes + " bytes",
          length == 0 ? "an empty file" : length % recordBytes + " bytes");
    }
    return length / recordBytes;
  }

  /** The number of bytes of a file, decompressed no further than it takes to reach the limit. */
  static long length(ByteSource file, long limit, Configuration conf) {
    if (file.length() != ByteSource.UNKNOWN_LENGTH) {
      return file.length();
    }
    byte[] buffer = new byte[1 << 16];
    long length = 0;
    try (InputStream in = file.open(0, conf)) {
      for (int read = 0; read >= 0 && length < limit; read = in.read(buffer)) {
        length += read;
      }
    } catch (IOException e) {
      throw new BadImageDataException(file.name(), length, "readable bytes", e.toString(), e);
    }
    return length;
  }
}
