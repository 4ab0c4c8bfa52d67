package org.e2spark.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The bytes of an authenticated connection, in clear or encrypted; a channel in either mode. */
abstract class Wire implements AutoCloseable {

  final SocketChannel channel;

  Wire(SocketChannel channel) {
    this.channel = channel;
  }

  static Wire of(SocketChannel channel, Handshake.Session session) {
    return session.keys() == null
        ? new Clear(channel)
        : new GcmWire(channel, session.keys(), Handshake.name(session.peer()));
  }

  /** Writes what the socket takes now; returns the number of bytes taken or moved. */
  abstract long write(ByteBuffer[] buffers) throws IOException;

  /** Whether all that was taken has gone to the socket. */
  abstract boolean isFlushed();

  /** Reads what has come; returns the number of bytes, or -1 at the end. */
  abstract int read(ByteBuffer target) throws IOException;

  /** Writes all, over a channel that blocks. */
  final void writeFully(ByteBuffer... buffers) throws IOException {
    for (ByteBuffer buffer : buffers) {
      while (buffer.hasRemaining() || !isFlushed()) {
        write(buffers);
      }
    }
  }

  /** Reads until the target is full, over a channel that blocks; false at the end. */
  final boolean readFully(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (read(target) < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public final void close() {
    Gate.closeQuietly(channel);
  }

  private static final class Clear extends Wire {

    Clear(SocketChannel channel) {
      super(channel);
    }

    @Override
    long write(ByteBuffer[] buffers) throws IOException {
      return channel.write(buffers);
    }

    @Override
    boolean isFlushed() {
      return true;
    }

    @Override
    int read(ByteBuffer target) throws IOException {
      return channel.read(target);
    }
  }
}
