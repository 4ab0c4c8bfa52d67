package org.e2spark.data.shard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;
import org.e2spark.data.text.Text;

/** A channel into a stream that keeps the length and CRC-32C of what passed. */
final class ChecksummedChannel implements WritableByteChannel {
  private final OutputStream out;
  private final CRC32C crc = new CRC32C();
  private final byte[] chunk = new byte[1 << 16];
  private long bytes;
  private boolean open = true;

  ChecksummedChannel(OutputStream out) {
    this.out = out;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int total = source.remaining();
    while (source.hasRemaining()) {
      int length = Math.min(chunk.length, source.remaining());
      source.get(chunk, 0, length);
      crc.update(chunk, 0, length);
      out.write(chunk, 0, length);
    }
    bytes += total;
    return total;
  }

  long bytes() {
    return bytes;
  }

  String checksum() {
    return format(crc);
  }

  static String format(CRC32C crc) {
    return Text.format("crc32c:%08x", crc.getValue());
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    out.close();
  }
}
