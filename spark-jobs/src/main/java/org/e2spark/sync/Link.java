package org.e2spark.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.e2spark.text.Text;

/**
 * One neighbour's connection, non-blocking. Frames of a collective flow one way round the ring; an
 * abort may come either way, but only between frames.
 */
final class Link implements AutoCloseable {

  private final int peer;
  private final SocketChannel channel;
  private final ByteBuffer header = ByteBuffer.allocateDirect(Frames.HEADER_BYTES);
  private ByteBuffer reason;
  private ByteBuffer[] pending = {};

  Link(int peer, SocketChannel channel) throws IOException {
    this.peer = peer;
    this.channel = channel;
    channel.configureBlocking(false);
  }

  int peer() {
    return peer;
  }

  SocketChannel channel() {
    return channel;
  }

  void send(ByteBuffer... buffers) {
    pending = buffers;
  }

  boolean isSent() {
    for (ByteBuffer buffer : pending) {
      if (buffer.hasRemaining()) {
        return false;
      }
    }
    return true;
  }

  /** Writes what the socket takes now; returns the number of bytes. */
  long write() {
    if (isSent()) {
      return 0;
    }
    try {
      return channel.write(pending);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  void expect() {
    header.clear();
    reason = null;
  }

  /**
   * Reads what has come of the expected data frame; returns the number of bytes.
   *
   * @throws SyncException.PeerFailed when an abort came instead
   */
  long read(int collective, int part, ByteBuffer payload) {
    long moved = 0;
    if (header.hasRemaining()) {
      moved += fill(header);
      if (header.hasRemaining()) {
        return moved;
      }
      if (header.getInt(0) != Frames.ABORT) {
        check(collective, part, payload.remaining()); // once, before any of it is taken
      }
    }
    if (header.getInt(0) == Frames.ABORT) {
      return moved + readReason();
    }
    return moved + (payload.hasRemaining() ? fill(payload) : 0);
  }

  /** Whether the data frame being read has come whole. */
  boolean isRead(ByteBuffer payload) {
    return !header.hasRemaining() && !payload.hasRemaining();
  }

  /**
   * Reads an abort that came against the direction of the data; an end of stream is nothing yet.
   */
  void readBackward() {
    try {
      if (header.hasRemaining() && channel.read(header) <= 0) {
        return;
      }
    } catch (IOException e) {
      return; // the write that follows tells
    }
    if (!header.hasRemaining()) {
      if (header.getInt(0) != Frames.ABORT) {
        throw new SyncException.OutOfStep(
            Handshake.name(peer) + " sent data against the ring's direction");
      }
      readReason();
    }
  }

  SyncException.PeerLost lost(Throwable cause) {
    return new SyncException.PeerLost(
        "Lost the connection to "
            + Handshake.name(peer)
            + " ("
            + remote()
            + "): its task or executor ended",
        cause);
  }

  private void check(int collective, int part, int length) {
    if (header.getInt(0) != Frames.DATA
        || header.getInt(4) != collective
        || header.getInt(8) != part
        || header.getInt(12) != length) {
      throw new SyncException.OutOfStep(
          Text.format(
              "%s sent part %d of collective %d with %d bytes where part %d of %d with %d was due:"
                  + " all workers must reduce the same buffers in the same order",
              Handshake.name(peer),
              header.getInt(8),
              header.getInt(4),
              header.getInt(12),
              part,
              collective,
              length));
    }
  }

  private long readReason() {
    if (reason == null) {
      int length = header.getInt(12);
      if (length < 0 || length > Frames.REASON_LIMIT) {
        throw new SyncException.OutOfStep(
            Handshake.name(peer) + " sent an abort of " + length + " bytes");
      }
      reason = ByteBuffer.allocate(length);
    }
    long moved = reason.hasRemaining() ? fill(reason) : 0;
    if (!reason.hasRemaining()) {
      String text = new String(reason.array(), StandardCharsets.UTF_8);
      throw new SyncException.PeerFailed(header.getInt(4), text);
    }
    return moved;
  }

  private long fill(ByteBuffer buffer) {
    int count;
    try {
      count = channel.read(buffer);
    } catch (IOException e) {
      throw lost(e);
    }
    if (count < 0) {
      throw lost(null);
    }
    return count;
  }

  private String remote() {
    try {
      return String.valueOf(channel.getRemoteAddress());
    } catch (IOException e) {
      return "closed";
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is lost with a connection that is not needed any more.
    }
  }
}
