package org.e2spark.data.shard;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Direct buffers that closed batches gave back; a bounded number, the rest is garbage. */
final class SpareBuffers {
  private final BlockingQueue<ByteBuffer> spare;

  SpareBuffers(int most) {
    this.spare = new ArrayBlockingQueue<>(most);
  }

  /** A buffer of exactly this many bytes. */
  ByteBuffer take(int bytes) {
    ByteBuffer buffer = spare.poll();
    // A worker's parts of an epoch's batches are of one size, but for one sample or the last, so
    // almost every spare buffer fits.
    return buffer != null && buffer.capacity() == bytes ? buffer : ByteBuffer.allocateDirect(bytes);
  }

  void giveBack(ByteBuffer buffer) {
    spare.offer(buffer);
  }
}
