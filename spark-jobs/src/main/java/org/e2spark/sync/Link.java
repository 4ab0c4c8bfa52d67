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
  private final int attempt;
  private final SocketChannel channel;
  private final Wire wire;
  private final ByteBuffer outHeader = ByteBuffer.allocateDirect(Frames.HEADER_BYTES);
  private final ByteBuffer header = ByteBuffer.allocateDirect(Frames.HEADER_BYTES);
  private Outgoing outgoing;
  private ByteBuffer[] pending = {outHeader};
  private ByteBuffer reason;

  Link(int attempt, SocketChannel channel, Handshake.Session session) throws IOException {
    this.attempt = attempt;
    this.peer = session.peer();
    this.channel = channel;
    this.wire = Wire.of(channel, session);
    outHeader.limit(0);
    channel.configureBlocking(false);
  }

  int peer() {
    return peer;
  }

  SocketChannel channel() {
    return channel;
  }

  /** Begins to send a data frame. */
  void send(int collective, int part, Outgoing payload) {
    Frames.fill(outHeader, Frames.DATA, attempt, collective, part, payload.length());
    begin(payload);
  }

  /** Begins to send why this side ends; what was under way must have been sent. */
  void sendAbort(int failedRank, String reason) {
    ByteBuffer text = Frames.reason(reason);
    Frames.fill(outHeader, Frames.ABORT, attempt, failedRank, 0, text.remaining());
    begin(Outgoing.of(text));
  }

  private void begin(Outgoing payload) {
    outgoing = payload;
    pending = payload.pieces();
    pending[0] = outHeader;
  }

  boolean isSent() {
    return isTaken() && wire.isFlushed();
  }

  private boolean isTaken() {
    for (ByteBuffer piece : pending) {
      if (piece.hasRemaining()) {
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
      long moved = wire.write(pending);
      if (isTaken()) {
        outgoing.advance();
      }
      return moved;
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Reads and forgets what has come; true at the end. */
  boolean drain(ByteBuffer waste) throws IOException {
    int count;
    do {
      count = channel.read(waste.clear());
    } while (count > 0);
    return count < 0;
  }

  void expect() {
    header.clear();
    reason = null;
  }

  /**
   * Reads some of what has come of the expected data frame; returns the number of bytes.
   *
   * @throws SyncException.PeerFailed when an abort came instead
   */
  long read(int collective, int part, Incoming payload) {
    long moved = 0;
    if (header.hasRemaining()) {
      moved += fill(header);
      if (header.hasRemaining()) {
        return moved;
      }
      if (header.getInt(0) != Frames.ABORT) {
        check(collective, part, payload.length()); // once, before any of it is taken
      }
    }
    if (header.getInt(0) == Frames.ABORT) {
      return moved + readReason();
    }
    if (!payload.isComplete()) {
      moved += fill(payload.room());
      payload.settle();
    }
    return moved;
  }

  /** Whether the data frame being read has come whole. */
  boolean isRead(Incoming payload) {
    return !header.hasRemaining() && payload.isComplete();
  }

  /**
   * Reads an abort that came against the direction of the data.
   *
   * @return false at the end of the stream, after which nothing more can come
   */
  boolean readBackward() {
    try {
      while (header.hasRemaining()) {
        int count = wire.read(header);
        if (count <= 0) {
          return count == 0;
        }
      }
    } catch (IOException e) {
      return false; // the write that follows tells
    }
    if (header.getInt(0) != Frames.ABORT) {
      throw new SyncException.OutOfStep(
          Handshake.name(peer) + " sent data against the ring's direction");
    }
    while (readReason() > 0) {
      // a reason may come in pieces
    }
    return true;
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
        || header.getInt(4) != attempt
        || header.getInt(8) != collective
        || header.getInt(12) != part
        || header.getInt(16) != length) {
      throw new SyncException.OutOfStep(
          Text.format(
              "%s sent part %d of collective %d of attempt %d with %d bytes where part %d of %d of"
                  + " %d with %d was due: all workers must reduce the same buffers in the same"
                  + " order",
              Handshake.name(peer),
              header.getInt(12),
              header.getInt(8),
              header.getInt(4),
              header.getInt(16),
              part,
              collective,
              attempt,
              length));
    }
  }

  private long readReason() {
    if (reason == null) {
      int length = header.getInt(16);
      if (length < 0 || length > Frames.REASON_LIMIT) {
        throw new SyncException.OutOfStep(
            Handshake.name(peer) + " sent an abort of " + length + " bytes");
      }
      reason = ByteBuffer.allocate(length);
    }
    long moved = reason.hasRemaining() ? fill(reason) : 0;
    if (!reason.hasRemaining()) {
      String text = new String(reason.array(), StandardCharsets.UTF_8);
      throw new SyncException.PeerFailed(header.getInt(8), text);
    }
    return moved;
  }

  private long fill(ByteBuffer buffer) {
    int count;
    try {
      count = wire.read(buffer);
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
    wire.close();
  }
}
