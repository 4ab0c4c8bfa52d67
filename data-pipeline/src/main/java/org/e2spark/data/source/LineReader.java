package org.e2spark.data.source;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;

/** Reads lines of ASCII text with a bounded buffer, counting bytes. */
final class LineReader implements AutoCloseable {

  private final ByteSource file;
  private final InputStream in;
  private final byte[] chunk = new byte[1 << 16];
  private final byte[] line;
  private int chunkLength;
  private int chunkPosition;
  private long chunkOffset;
  private int length;
  private long lineStart;

  /**
   * @param maxLine the longest line without its end, in bytes
   */
  LineReader(ByteSource file, long offset, int maxLine, Configuration conf) {
    this.file = file;
    this.line = new byte[maxLine];
    this.chunkOffset = offset;
    try {
      this.in = file.open(offset, conf);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Reads the next line into {@link #line}.
   *
   * @return false at the end of the file
   * @throws BadImageDataException if the line is longer than the longest allowed
   */
  boolean next() {
    length = 0;
    lineStart = position();
    boolean any = false;
    while (chunkPosition < chunkLength || fill()) {
      any = true;
      byte b = chunk[chunkPosition++];
      if (b == '\n') {
        break;
      }
      if (length == line.length) {
        throw new BadImageDataException(
            file.name(), lineStart, "a line of at most " + line.length + " bytes", "a longer one");
      }
      line[length++] = b;
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return any;
  }

  private boolean fill() {
    try {
      chunkOffset += chunkLength;
      chunkPosition = 0;
      chunkLength = Math.max(0, in.read(chunk));
      return chunkLength > 0;
    } catch (IOException e) {
      chunkLength = 0;
      throw unreadable(e);
    }
  }

  private BadImageDataException unreadable(IOException e) {
    return new BadImageDataException(file.name(), position(), "readable bytes", e.toString(), e);
  }

  /** The bytes of the current line, valid up to {@link #length}. */
  byte[] line() {
    return line;
  }

  int length() {
    return length;
  }

  /** Offset of the current line in the file. */
  long lineStart() {
    return lineStart;
  }

  /** Offset of the byte after the current line. */
  long position() {
    return chunkOffset + chunkPosition;
  }

  boolean isBlank() {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ' && line[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }
}
