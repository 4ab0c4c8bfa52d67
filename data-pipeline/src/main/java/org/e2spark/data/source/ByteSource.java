package org.e2spark.data.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;

/** Bytes that can be read from any offset, on the driver and in tasks. */
interface ByteSource extends Serializable {

  /** The length of bytes that are only known after decompression. */
  long UNKNOWN_LENGTH = -1;

  /** What errors call it. */
  String name();

  /** Number of bytes, or {@link #UNKNOWN_LENGTH}. */
  long length();

  /** Whether reading from an offset avoids reading what is before it. */
  boolean isSeekable();

  /**
   * Opens a buffered stream that starts at {@code offset}; at its end if the bytes are fewer.
   *
   * @param conf gives the file system
   */
  InputStream open(long offset, Configuration conf) throws IOException;
}
