package org.e2spark.sync;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver's end of what workers report: an open port that only workers of this run can use, with
 * the same challenge and response as between workers. It carries short texts, one way.
 */
public final class ReportServer implements AutoCloseable {

  static final int TEXT_LIMIT = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(ReportServer.class);

  private final ServerSocketChannel server;
  private final String address;
  private final Handshake handshake;
  private final BiConsumer<Integer, String> receiver;
  private final Map<Integer, SocketChannel> channels = new ConcurrentHashMap<>();
  private final Gate gate;
  private volatile boolean closed;

  private ReportServer(
      ServerSocketChannel server,
      String address,
      Handshake handshake,
      BiConsumer<Integer, String> receiver) {
    this.server = server;
    this.address = address;
    this.handshake = handshake;
    this.receiver = receiver;
    gate = new Gate("e2spark-reports", server, new Door());
  }

  /**
   * Opens a port.
   *
   * @param bindAddress the local address to listen on
   * @param host the name or number that executors reach the driver by
   * @param receiver gets each sender's number and text, from one thread a sender
   * @throws SyncException.CannotListen when this machine has no such address or no free port
   */
  public static ReportServer open(
      String bindAddress,
      String host,
      RunSecret secret,
      SyncOptions options,
      BiConsumer<Integer, String> receiver) {
    try {
      InetAddress local = Endpoint.local(bindAddress);
      if (local.isAnyLocalAddress()) {
        log.warn(
            "The driver listens for reports on all interfaces, as spark.driver.bindAddress {} says",
            bindAddress);
      }
      ServerSocketChannel server = Endpoint.listen(local, options.ports());
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      String address = new Endpoint(host, port).toString();
      Handshake handshake =
          new Handshake(secret, "reports", options.encryption(), List.of(address));
      return new ReportServer(server, address, handshake, receiver);
    } catch (IOException e) {
      throw new SyncException.CannotListen(
          "The driver cannot listen on "
              + bindAddress
              + " (see spark.driver.bindAddress), ports "
              + (options.ports().equals(PortRange.ANY) ? "any" : options.ports()),
          e);
    }
  }

  /** Host and port for {@link ReportClient#connect}. */
  public String address() {
    return address;
  }

  /** Lets workers in, one connection each. */
  private final class Door implements Gate.Doorman {

    @Override
    public Handshake.Session hear(
        SocketChannel caller, Handshake.Admission admission, long deadline) throws IOException {
      return handshake.answer(
          caller.socket(), Handshake.DRIVER, rank -> rank >= 0, admission, deadline);
    }

    @Override
    public void keep(SocketChannel caller, Handshake.Session session) {
      Gate.closeQuietly(channels.put(session.peer(), caller));
      Gate.daemon("e2spark-report-" + session.peer(), () -> receive(caller, session)).start();
      if (closed) {
        Gate.closeQuietly(caller);
      }
    }

    @Override
    public void broken(Throwable cause) {
      log.error("No more reports are accepted", cause);
    }
  }

  private void receive(SocketChannel channel, Handshake.Session session) {
    int rank = session.peer();
    try (Wire wire = Wire.of(channel, session)) {
      ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
      while (wire.readFully(length.clear())) {
        int size = length.getInt(0);
        if (size < 0 || size > TEXT_LIMIT) {
          throw new IOException("Rank " + rank + " reports " + size + " bytes");
        }
        ByteBuffer text = ByteBuffer.allocate(size);
        if (!wire.readFully(text)) {
          throw new IOException("Rank " + rank + " ended within a report");
        }
        receiver.accept(rank, new String(text.array(), StandardCharsets.UTF_8));
      }
    } catch (IOException | SyncException e) {
      if (!closed && channels.get(rank) == channel) {
        log.warn("Reports of rank {} ended: {}", rank, e.toString());
      }
    } finally {
      channels.remove(rank, channel);
      synchronized (channels) {
        channels.notifyAll();
      }
    }
  }

  /**
   * Waits until workers that have ended were heard to their last word.
   *
   * @return whether that came to be within the limit
   */
  public boolean awaitEnds(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (channels) {
      for (long left = limit.toMillis(); !channels.isEmpty() && left > 0; ) {
        channels.wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
      return channels.isEmpty();
    }
  }

  /** Closes the port and all connections. */
  @Override
  public void close() {
    closed = true;
    gate.close();
    Gate.closeQuietly(server);
    channels.values().forEach(Gate::closeQuietly);
  }
}
