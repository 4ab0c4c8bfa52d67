package org.e2spark.sync;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's end of what it reports to the driver. Reports are wanted, not needed: when the driver
 * cannot be reached, that is logged once and training goes on without.
 *
 * <p>Sending never waits: a thread of its own writes what was queued, and while the driver takes
 * nothing the oldest of more than {@value #LIMIT} reports are dropped, counted and told.
 */
public final class ReportClient implements AutoCloseable {

  static final int LIMIT = 1024;

  private static final Logger log = LoggerFactory.getLogger(ReportClient.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Wire wire;
  private final Thread writer;
  private final Deque<byte[]> queue = new ArrayDeque<>();
  private long dropped;
  private boolean closed;

  private ReportClient(Wire wire) {
    this.wire = wire;
    writer = Gate.daemon("e2spark-report", this::write);
    if (wire == null) {
      closed = true;
    } else {
      writer.start();
    }
  }

  /**
   * Connects to {@link ReportServer#address()}, within ten seconds.
   *
   * @param rank who reports, by a number of its own
   * @param encryption as the driver's
   */
  public static ReportClient connect(
      String address, int rank, RunSecret secret, Encryption encryption) {
    try {
      return new ReportClient(call(address, rank, secret, encryption));
    } catch (IOException | SyncException | IllegalArgumentException e) {
      log.warn(
          "Rank {} cannot reach the driver at {} to report progress, and trains without: {}",
          rank,
          address,
          e.toString());
      return new ReportClient(null);
    }
  }

  private static Wire call(String address, int rank, RunSecret secret, Encryption encryption)
      throws IOException {
    Endpoint target = Endpoint.parse(address);
    Handshake handshake = new Handshake(secret, "reports", encryption, List.of(address));
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    IOException failure = new IOException("No address of " + target);
    for (InetAddress one : target.resolve()) {
      SocketChannel channel = SocketChannel.open();
      try {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
        channel.socket().connect(new InetSocketAddress(one, target.port()), (int) left);
        return Wire.of(channel, handshake.call(channel.socket(), rank, Handshake.DRIVER, deadline));
      } catch (IOException e) {
        Gate.closeQuietly(channel);
        failure = e;
      } catch (SyncException e) {
        Gate.closeQuietly(channel);
        throw e;
      }
    }
    throw failure;
  }

  /** Queues a text of at most 64 KiB in UTF-8; longer ones are not sent, and that is logged. */
  public void send(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > ReportServer.TEXT_LIMIT) {
      log.warn("A report of {} bytes was not sent", bytes.length);
      return;
    }
    synchronized (queue) {
      if (closed) {
        return;
      }
      if (queue.size() == LIMIT) {
        queue.removeFirst();
        if (dropped++ == 0) {
          log.warn("The driver takes no reports now: the oldest are dropped, and training goes on");
        }
      }
      queue.addLast(bytes);
      queue.notifyAll();
    }
  }

  private void write() {
    try {
      for (byte[] bytes = next(); bytes != null; bytes = next()) {
        wire.writeFully(
            ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip(), ByteBuffer.wrap(bytes));
      }
    } catch (IOException | InterruptedException e) {
      synchronized (queue) {
        if (!closed) {
          log.warn("The driver takes no more reports: {}", e.toString());
        }
        closed = true;
        queue.clear();
      }
    } finally {
      wire.close();
    }
  }

  private byte[] next() throws InterruptedException {
    synchronized (queue) {
      while (queue.isEmpty() && !closed) {
        queue.wait();
      }
      return queue.pollFirst();
    }
  }

  /** Ends the connection once all is sent, after two seconds at most. */
  @Override
  public void close() {
    synchronized (queue) {
      closed = true;
      queue.notifyAll();
    }
    if (wire == null) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      writer.join(LAST_WORDS.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      wire.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (dropped > 0) {
      log.warn("{} reports were dropped in all", dropped);
    }
  }
}
