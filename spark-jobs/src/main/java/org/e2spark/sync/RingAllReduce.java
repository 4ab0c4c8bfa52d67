package org.e2spark.sync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All-reduce around a ring of sockets (Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms
 * for clusters of workstations, 2009): world size less one steps of reduce-scatter, after which
 * every worker holds one part of the sum, and as many of all-gather. Each worker sends and receives
 * twice the buffer, whatever the world size. Long buffers go in blocks, one after the other.
 *
 * <p>{@link Part} c of a block is summed in the order of ranks c, c+1, ..., so the sum's bits
 * depend on the world size alone, and the all-gather copies them to everybody. A sum allocates
 * nothing.
 */
final class RingAllReduce implements Communicator {

  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** Smaller ones stay in smaller caches, but each costs a network's latency. */
  static final int PART_BYTES = 512 * 1024;

  private final Seat seat;
  private final Link previous;
  private final Link next;
  private final Selector selector;
  private final SelectionKey previousKey;
  private final SelectionKey nextKey;
  private final long timeout;
  private final TreeAllReduce tree;
  private final RingValues parts;
  private final Consumer<SelectionKey> readiness = this::noteReady;
  private int collective;
  private int frame;
  private boolean nextOpen = true;
  private boolean nextSays;
  private boolean closed;

  RingAllReduce(Seat seat, Link previous, Link next, Duration timeout) throws IOException {
    this.seat = seat;
    this.previous = previous;
    this.next = next;
    this.timeout = timeout.toNanos();
    parts = new RingValues(seat.parts());
    tree =
        new TreeAllReduce(
            seat.place(),
            seat.size(),
            (round, out, in) -> exchange(round, Outgoing.of(out), Incoming.into(in)));
    selector = Selector.open();
    try {
      previousKey = previous.channel().register(selector, SelectionKey.OP_READ);
      nextKey = next.channel().register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      selector.close();
      throw e;
    }
    next.expect();
  }

  @Override
  public int rank() {
    return seat.rank();
  }

  @Override
  public int worldSize() {
    return seat.size();
  }

  @Override
  public void allReduceSum(ByteBuffer values, WireFormat format) {
    begin(values);
    int from = values.position();
    do { // an empty buffer, too, is one that all must have
      int to = endOfBlock(from, values.limit());
      scatter(from, to, format);
      gather(from, to, format);
      from = to;
    } while (from < values.limit());
  }

  /** Begins a collective, of which the blocks of a buffer follow. */
  void begin(ByteBuffer values) {
    Frames.requireFloats(values);
    requireOpen();
    collective++;
    frame = 0;
    parts.bind(values);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Rank " + seat.rank() + " has left the ring");
    }
  }

  /** Where a block ends, of which a worker's part is still in its cache when it is sent on. */
  int endOfBlock(int from, int limit) {
    long whole =
        (long) from / Part.GRAIN_BYTES * Part.GRAIN_BYTES + (long) seat.parts() * PART_BYTES;
    return (int) Math.min(limit, whole);
  }

  /** Sums the part of a block that the next place begins with; others' stay as they were added. */
  void scatter(int from, int to, WireFormat format) {
    int place = seat.place();
    for (int step = 0; step < seat.size() - 1; step++) {
      exchange(
          frame++,
          parts.sent(from, to, seat.part(place - step), format),
          parts.added(from, to, seat.part(place - step - 1), format));
    }
    if (format == WireFormat.BF16) {
      parts.round(from, to, seat.part(place + 1)); // as all others will have it
    }
  }

  /** Brings all parts of a block to all. */
  void gather(int from, int to, WireFormat format) {
    int place = seat.place();
    for (int step = 0; step < seat.size() - 1; step++) {
      exchange(
          frame++,
          parts.sent(from, to, seat.part(place + 1 - step), format),
          parts.replaced(from, to, seat.part(place - step), format));
    }
  }

  @Override
  public void allReduceSum(MicroBatchSum own, ByteBuffer total) {
    own.requireLength(total);
    own.complete(seat.size(), seat.place());
    requireOpen();
    collective++;
    tree.sum(own, total);
  }

  /**
   * Sends to the next worker and receives from the previous one at once, so that no ring can lock.
   */
  private void exchange(int step, Outgoing out, Incoming in) {
    next.send(collective, step, out);
    previous.expect();
    long deadline = System.nanoTime() + timeout;
    while (!next.isSent() || !previous.isRead(in)) {
      long moved = writeNext();
      if (!previous.isRead(in)) {
        moved += previous.read(collective, step, in);
      }
      if (moved > 0) {
        deadline = System.nanoTime() + timeout;
      } else {
        await(deadline, !previous.isRead(in));
      }
    }
  }

  private long writeNext() {
    try {
      return next.write();
    } catch (SyncException.PeerLost lost) {
      next.readBackward(); // if it said why before it left, that is the news
      throw lost;
    }
  }

  private void await(long deadline, boolean reading) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      throw new SyncException.PeerTimeout(
          "Waited "
              + TimeUnit.NANOSECONDS.toSeconds(timeout)
              + " s for "
              + Handshake.name(reading ? previous.peer() : next.peer())
              + " in collective "
              + collective
              + ": it hangs, or needs a longer --collective-timeout");
    }
    try {
      previousKey.interestOps(reading ? SelectionKey.OP_READ : 0);
      nextKey.interestOps(
          (nextOpen ? SelectionKey.OP_READ : 0) | (next.isSent() ? 0 : SelectionKey.OP_WRITE));
      nextSays = false;
      selector.select(readiness, left); // sets of selected keys would allocate
      if (Thread.currentThread().isInterrupted()) {
        throw new SyncException.Interrupted(
            Handshake.name(reading ? previous.peer() : next.peer())
                + " in collective "
                + collective);
      }
      if (nextSays) {
        nextOpen = next.readBackward();
      }
    } catch (IOException e) {
      throw next.lost(e);
    }
  }

  private void noteReady(SelectionKey key) {
    if (key == nextKey && key.isReadable()) {
      nextSays = true;
    }
  }

  @Override
  public void abort(Throwable cause) {
    abort(cause, this);
  }

  /** Leaves several rings of one worker, whose neighbours are all told at once. */
  static void abort(Throwable cause, RingAllReduce... rings) {
    if (rings[0].closed) {
      return;
    }
    int failed = rings[0].rank();
    String reason = String.valueOf(cause);
    if (cause instanceof SyncException.PeerFailed first) {
      failed = first.failedRank();
      reason = first.reason();
    }
    Link[] links =
        Arrays.stream(rings)
            .flatMap(ring -> Stream.of(ring.next, ring.previous))
            .toArray(Link[]::new);
    new Farewell(FAREWELL).say(failed, reason, links);
    for (RingAllReduce ring : rings) {
      ring.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    next.close();
    previous.close();
    try {
      selector.close();
    } catch (IOException e) {
      // The channels are closed; a selector holds nothing else.
    }
  }
}
