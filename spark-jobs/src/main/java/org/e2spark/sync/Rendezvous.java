package org.e2spark.sync;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a worker waits for its neighbour in the ring: an open port on the address that the cluster
 * knows its executor by, never on all interfaces.
 */
public final class Rendezvous implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Rendezvous.class);

  private final ServerSocketChannel server;
  private final String address;
  private final SyncTimeouts timeouts;

  private Rendezvous(ServerSocketChannel server, String address, SyncTimeouts timeouts) {
    this.server = server;
    this.address = address;
    this.timeouts = timeouts;
  }

  /**
   * Opens a port that the system chooses.
   *
   * @param host the name or number others reach this machine by
   * @throws SyncException.PeerLost when this machine has no such address
   */
  public static Rendezvous open(String host, SyncTimeouts timeouts) {
    try {
      ServerSocketChannel server = ServerSocketChannel.open();
      try {
        server.bind(new InetSocketAddress(InetAddress.getByName(host), 0));
      } catch (IOException e) {
        server.close();
        throw e;
      }
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      return new Rendezvous(server, host + ":" + port, timeouts);
    } catch (IOException e) {
      throw new SyncException.PeerLost(
          "This worker cannot listen on "
              + host
              + ", the address its executor is known by (see SPARK_LOCAL_IP)",
          e);
    }
  }

  /** Host and port, to be gathered from all workers. */
  public String address() {
    return address;
  }

  /**
   * Connects to the next worker, is connected to by the previous one, and returns the ring.
   *
   * @param rank this worker's rank
   * @param addresses every worker's {@link #address()}, by rank
   * @throws SyncException when a neighbour cannot be reached in time or does not know the secret
   */
  public Communicator join(int rank, List<String> addresses, RunSecret secret) {
    int worldSize = addresses.size();
    if (rank < 0 || rank >= worldSize) {
      throw new IllegalArgumentException(
          "Invalid rank " + rank + " (0 to " + (worldSize - 1) + ")");
    }
    if (worldSize == 1) {
      return Communicator.alone();
    }
    int from = Math.floorMod(rank - 1, worldSize);
    int to = (rank + 1) % worldSize;
    long deadline = System.nanoTime() + timeouts.connect().toNanos();
    CompletableFuture<SocketChannel> accepted = new CompletableFuture<>();
    Thread acceptor =
        new Thread(() -> accept(rank, from, secret, deadline, accepted), "e2spark-rendezvous");
    acceptor.setDaemon(true);
    acceptor.start();
    SocketChannel called = null;
    try {
      called = call(rank, to, addresses.get(to), secret, deadline);
      SocketChannel caller = accepted.join();
      return new RingAllReduce(
          rank, worldSize, new Link(from, caller), new Link(to, called), timeouts.collective());
    } catch (CompletionException e) {
      closeQuietly(called);
      throw e.getCause() instanceof SyncException known
          ? known
          : new SyncException.PeerLost(Handshake.name(from) + " did not connect", e.getCause());
    } catch (IOException e) {
      closeQuietly(called);
      throw new SyncException.PeerLost("The ring could not be set up", e);
    } catch (SyncException e) {
      close();
      CompletableFuture<Void> unused = accepted.thenAccept(Rendezvous::closeQuietly);
      throw e;
    }
  }

  private SocketChannel call(int rank, int to, String target, RunSecret secret, long deadline) {
    int colon = target.lastIndexOf(':');
    SocketChannel channel = null;
    try {
      InetAddress host = InetAddress.getByName(target.substring(0, colon));
      int port = Integer.parseInt(target.substring(colon + 1));
      channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel
          .socket()
          .connect(new InetSocketAddress(host, port), (int) Math.max(1, left(deadline).toMillis()));
      Handshake.call(channel.socket(), rank, to, secret, left(deadline));
      return channel;
    } catch (SocketTimeoutException e) {
      closeQuietly(channel);
      throw new SyncException.PeerTimeout(
          "Waited "
              + timeouts.connect().toSeconds()
              + " s for "
              + Handshake.name(to)
              + " at "
              + target
              + " to answer: a firewall between the executors, or a hanging worker");
    } catch (IOException e) {
      closeQuietly(channel);
      throw new SyncException.PeerLost(
          "Cannot connect to " + Handshake.name(to) + " at " + target, e);
    } catch (SyncException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  /**
   * Accepts until the expected neighbour has proved itself; strangers are turned away and logged.
   */
  private void accept(
      int rank,
      int from,
      RunSecret secret,
      long deadline,
      CompletableFuture<SocketChannel> accepted) {
    String lastStranger = "";
    try {
      while (!left(deadline).isZero()) {
        server.socket().setSoTimeout((int) Math.max(1, left(deadline).toMillis()));
        SocketChannel channel;
        try {
          channel = server.socket().accept().getChannel();
        } catch (SocketTimeoutException e) {
          break;
        }
        try {
          int caller = Handshake.answer(channel.socket(), rank, secret, left(deadline));
          if (caller != from) {
            throw new SyncException.NotAuthenticated(
                "Rank " + caller + " called where rank " + from + " was due", null);
          }
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
          channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
          accepted.complete(channel);
          return;
        } catch (IOException | SyncException e) {
          closeQuietly(channel);
          lastStranger = "; turned away: " + e.getMessage();
          log.warn("Rank {} turned a connection away: {}", rank, e.getMessage());
        }
      }
      accepted.completeExceptionally(
          new SyncException.PeerTimeout(
              "Waited "
                  + timeouts.connect().toSeconds()
                  + " s for "
                  + Handshake.name(from)
                  + " to connect"
                  + lastStranger));
    } catch (IOException e) {
      accepted.completeExceptionally(e);
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private static void closeQuietly(SocketChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        log.debug("Closing a connection failed", e);
      }
    }
  }

  /** Closes the port; rings that were joined stay. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      log.debug("Closing the rendezvous failed", e);
    }
  }
}
