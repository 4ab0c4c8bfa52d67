package org.e2spark.data.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;

/** A file that a test holds in memory. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BytesInMemory(byte[] bytes, boolean gzip) implements ByteSource {

  static BytesInMemory of(byte[] bytes) {
    boolean gzip = bytes.length >= 2 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    return new BytesInMemory(bytes, gzip);
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public long length() {
    return gzip ? UNKNOWN_LENGTH : bytes.length;
  }

  @Override
  public boolean isSeekable() {
    return !gzip;
  }

  @Override
  public InputStream open(long offset, Configuration conf) throws IOException {
    InputStream in = new ByteArrayInputStream(bytes);
    if (gzip) {
      in = new GZIPInputStream(in);
    }
    in.skipNBytes(offset);
    return in;
  }
}
