package org.e2spark.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One rank of {@link AllReduceBenchmark}, alone in its JVM. */
final class AllReduceMember implements AutoCloseable {

  static final int FLOATS = 11_000_000;

  private static final int FRAME_BYTES = 512 * 1024;

  private final Rendezvous rendezvous =
      Rendezvous.open(
          "127.0.0.1",
          SyncOptions.DEFAULT.withTimeouts(
              new SyncTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(60))));
  private final ServerSocketChannel server = ServerSocketChannel.open();
  private final ExecutorService sender = Executors.newSingleThreadExecutor();
  private final ByteBuffer values =
      ByteBuffer.allocateDirect(FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer total =
      ByteBuffer.allocateDirect(FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final MicroBatchSum share = new MicroBatchSum(FLOATS);
  private Communicator ring;
  private SocketChannel next;
  private SocketChannel previous;

  AllReduceMember() throws IOException {
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** Where the ring and the plain sockets listen. */
  String address() throws IOException {
    int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    return rendezvous.address() + " " + port;
  }

  void join(RankProcesses.Invitation invitation) throws IOException {
    int rank = invitation.rank();
    List<String> addresses = invitation.addresses();
    List<String> doors = addresses.stream().map(address -> address.split(" ")[0]).toList();
    ring = rendezvous.join(rank, doors, invitation.secret());
    int port = Integer.parseInt(addresses.get((rank + 1) % addresses.size()).split(" ")[1]);
    next = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    previous = server.accept();
    share.begin(new MicroBatchShare(addresses.size(), addresses.size(), rank));
    share.add(values);
  }

  /** Waits for all; true if anybody wants to stop. */
  boolean meet(boolean stop) {
    float[] votes = {stop ? 1 : 0};
    ring.allReduceSum(votes);
    return votes[0] > 0;
  }

  void ring(WireFormat format) {
    ring.allReduceSum(values, format);
  }

  void tree() {
    ring.allReduceSum(share, total);
  }

  /** As many bytes over each link as the ring's, sent and received at once, and added nowhere. */
  void sockets() {
    exchange((ring.worldSize() - 1) * (FLOATS / ring.worldSize()) * Float.BYTES, 2);
  }

  /** The same in frames as long as the ring's, each sent when the one before it has come. */
  void relay() {
    int part = FLOATS / ring.worldSize() * Float.BYTES;
    for (int sent = 0; sent < part; sent += FRAME_BYTES) {
      for (int step = 0; step < 2 * (ring.worldSize() - 1); step++) {
        exchange(Math.min(FRAME_BYTES, part - sent), 1);
      }
    }
  }

  private void exchange(int bytes, int times) {
    CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(bytes, times), sender);
    try {
      for (int time = 0; time < times; time++) {
        ByteBuffer in = total.duplicate().clear().limit(bytes);
        while (in.hasRemaining()) {
          previous.read(in);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    sent.join();
  }

  private void send(int bytes, int times) {
    try {
      for (int time = 0; time < times; time++) {
        ByteBuffer out = values.duplicate().clear().limit(bytes);
        while (out.hasRemaining()) {
          next.write(out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    sender.shutdownNow();
    ring.close();
    rendezvous.close();
    next.close();
    previous.close();
    server.close();
  }

  /** Another rank: says its address, is told all, and does what rank 0 does until it stops. */
  public static void main(String[] ignored) throws IOException, ClassNotFoundException {
    try (AllReduceMember member = new AllReduceMember()) {
      member.join(RankProcesses.invited(member.address()));
      while (!member.meet(false)) {
        for (AllReduceBenchmark.Way way : AllReduceBenchmark.Way.values()) {
          member.meet(false);
          way.go(member);
        }
      }
    }
  }
}
