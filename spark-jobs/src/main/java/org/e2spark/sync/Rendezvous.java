package org.e2spark.sync;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.e2spark.text.Text;

/**
 * Where a worker waits for its neighbour in the ring: an open port on the address that the cluster
 * knows its executor by, never on all interfaces.
 */
public final class Rendezvous implements AutoCloseable {

  private static final int CALLS = 5;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final ServerSocketChannel server;
  private final String address;
  private final SyncOptions options;

  private Rendezvous(ServerSocketChannel server, String address, SyncOptions options) {
    this.server = server;
    this.address = address;
    this.options = options;
  }

  /**
   * Opens a port.
   *
   * @param host the name or number others reach this machine by
   * @throws SyncException.CannotListen when this machine has no such address or no free port
   */
  public static Rendezvous open(String host, SyncOptions options) {
    try {
      InetAddress local = Endpoint.local(host);
      ServerSocketChannel server = Endpoint.listen(local, options.ports());
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      return new Rendezvous(server, new Endpoint(local.getHostAddress(), port).toString(), options);
    } catch (IOException e) {
      throw new SyncException.CannotListen(
          "This worker cannot listen on "
              + host
              + ", the address its executor is known by (see SPARK_LOCAL_IP), ports "
              + (options.ports().equals(PortRange.ANY) ? "any" : options.ports()),
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
    return worldSize == 1
        ? Communicator.alone()
        : connect(Seat.ofAll(rank, worldSize), addresses, secret);
  }

  /**
   * As {@link #join}, in a ring of several.
   *
   * @param addresses by place
   */
  RingAllReduce connect(Seat seat, List<String> addresses, RunSecret secret) {
    int rank = seat.rank();
    int from = seat.rankAt(seat.place() - 1);
    int to = seat.rankAt(seat.place() + 1);
    String target = addresses.get(Math.floorMod(seat.place() + 1, seat.size()));
    long deadline = System.nanoTime() + options.timeouts().connect().toNanos();
    Handshake handshake = new Handshake(secret, "ring", options.encryption(), addresses);
    Entrance entrance = new Entrance(rank, from, handshake);
    Connection next = null;
    boolean joined = false;
    try (Gate gate = new Gate("e2spark-rendezvous", server, entrance)) {
      next = call(rank, to, target, handshake, deadline);
      Connection previous = entrance.await(deadline, options.timeouts().connect());
      RingAllReduce ring =
          new RingAllReduce(
              seat,
              new Link(secret.attempt(), previous.channel(), previous.session()),
              new Link(secret.attempt(), next.channel(), next.session()),
              options.timeouts().idle());
      joined = true;
      return ring;
    } catch (IOException e) {
      throw new SyncException.PeerLost("The ring could not be set up", e);
    } finally {
      if (!joined) {
        entrance.abandon();
        Gate.closeQuietly(next == null ? null : next.channel());
      }
    }
  }

  /** A proved connection. */
  private record Connection(SocketChannel channel, Handshake.Session session) {}

  /** Lets the previous worker in, once. */
  private static final class Entrance implements Gate.Doorman {

    private final int rank;
    private final int from;
    private final Handshake handshake;
    private final CompletableFuture<Connection> accepted = new CompletableFuture<>();
    private volatile String lastStranger = "";

    Entrance(int rank, int from, Handshake handshake) {
      this.rank = rank;
      this.from = from;
      this.handshake = handshake;
    }

    @Override
    public Handshake.Session hear(
        SocketChannel caller, Handshake.Admission admission, long deadline) throws IOException {
      return handshake.answer(
          caller.socket(), rank, one -> one == from && !accepted.isDone(), admission, deadline);
    }

    @Override
    public void keep(SocketChannel caller, Handshake.Session session) throws IOException {
      tune(caller);
      if (!accepted.complete(new Connection(caller, session))) {
        throw new IOException(Handshake.name(from) + " is connected already");
      }
    }

    @Override
    public void turnedAway(Exception reason) {
      lastStranger = "; turned away: " + reason.getMessage();
    }

    @Override
    public void broken(Throwable cause) {
      accepted.completeExceptionally(cause);
    }

    Connection await(long deadline, Duration limit) {
      try {
        return accepted.get(left(deadline).toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new SyncException.PeerTimeout(
            "Waited "
                + Text.format("%.1f", limit.toMillis() / 1000.0)
                + " s for "
                + Handshake.name(from)
                + " to connect"
                + lastStranger);
      } catch (ExecutionException e) {
        throw new SyncException.PeerLost(
            Handshake.name(from) + " could not be let in", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SyncException.Interrupted(Handshake.name(from) + " to connect");
      }
    }

    void abandon() {
      if (!accepted.cancel(false) && !accepted.isCompletedExceptionally()) {
        Gate.closeQuietly(accepted.join().channel());
      }
    }
  }

  /** Calls until the neighbour answers or refuses; a crowd at its door may close ours early. */
  private Connection call(int rank, int to, String target, Handshake handshake, long deadline) {
    for (int attempt = 1; ; attempt++) {
      try {
        return callOnce(rank, to, Endpoint.parse(target), handshake, deadline);
      } catch (SocketTimeoutException e) {
        throw new SyncException.PeerTimeout(
            "Waited "
                + Text.format("%.1f", options.timeouts().connect().toMillis() / 1000.0)
                + " s for "
                + Handshake.name(to)
                + " at "
                + target
                + " to answer: a firewall between the executors, or a hanging worker");
      } catch (ConnectException e) {
        throw new SyncException.PeerLost(
            "Cannot connect to " + Handshake.name(to) + " at " + target, e);
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new SyncException.Interrupted(Handshake.name(to) + " at " + target);
        }
        if (attempt == CALLS || left(deadline).isZero()) {
          throw new SyncException.PeerLost(
              Handshake.name(to)
                  + " at "
                  + target
                  + " ended "
                  + attempt
                  + " connections during the handshake: its task ended, or it is of another run or"
                  + " attempt",
              e);
        }
        LockSupport.parkNanos(Math.min(left(deadline).toNanos(), PAUSE.toNanos() << attempt));
      }
    }
  }

  private static Connection callOnce(
      int rank, int to, Endpoint target, Handshake handshake, long deadline) throws IOException {
    IOException refused = null;
    for (InetAddress one : target.resolve()) {
      SocketChannel channel = SocketChannel.open();
      boolean kept = false;
      try {
        tune(channel);
        channel
            .socket()
            .connect(
                new InetSocketAddress(one, target.port()),
                (int) Math.max(1, left(deadline).toMillis()));
        Connection proved =
            new Connection(channel, handshake.call(channel.socket(), rank, to, deadline));
        kept = true;
        return proved;
      } catch (ConnectException | NoRouteToHostException e) {
        refused = e;
      } finally {
        if (!kept) {
          Gate.closeQuietly(channel);
        }
      }
    }
    throw refused == null ? new ConnectException("No address of " + target) : refused;
  }

  private static void tune(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  /** Closes the port; rings that were joined stay. */
  @Override
  public void close() {
    Gate.closeQuietly(server);
  }
}
