package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand connections of ten kinds, at a ring's doors and at the driver's. */
@Timeout(120)
class StrangersTest {

  private static final int STRANGERS = 1000;
  private static final int KINDS = 10;

  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final AtomicInteger made = new AtomicInteger();

  private static byte[] hello(byte[] magic, RunSecret of, int attempt, int from, int to) {
    return ByteBuffer.allocate(Handshake.HELLO_BYTES)
        .put(magic)
        .put(of.runId())
        .putInt(attempt)
        .putInt(from)
        .putInt(to)
        .put(new byte[Handshake.NONCE_BYTES])
        .array();
  }

  /** What an eavesdropper knows of the run: all of a hello, and a proof of another connection. */
  private void approach(int port, RunSecret secret, int from, int to, int kind) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    open.add(socket);
    made.incrementAndGet();
    byte[] good = hello(Handshake.MAGIC, secret, secret.attempt(), from, to);
    byte[] proof = secret.sign("of another connection".getBytes(StandardCharsets.UTF_8));
    switch (kind) {
      case 0 -> {} // says nothing and stays
      case 1 -> socket.getOutputStream().write(good, 0, 9); // stops in the middle, and stays
      case 2 -> socket.shutdownOutput();
      case 3 -> socket.getOutputStream().write(proof);
      case 4 ->
          socket
              .getOutputStream()
              .write(hello("E2SYNC01".getBytes(StandardCharsets.US_ASCII), secret, 0, from, to));
      case 5 -> {
        socket.getOutputStream().write(good);
        socket.getOutputStream().write(proof);
      }
      case 6 -> socket.getOutputStream().write(hello(Handshake.MAGIC, secret, 9, from, to));
      case 7 ->
          socket.getOutputStream().write(hello(Handshake.MAGIC, RunSecret.random(), 0, from, to));
      case 8 -> {
        socket.getOutputStream().write(good);
        socket.getOutputStream().write(new byte[] {0x7f, -1, -1, -1}); // a length of 2 GiB
        socket.getOutputStream().write(proof);
      }
      default ->
          socket
              .getOutputStream()
              .write(hello(Handshake.MAGIC, secret, secret.attempt(), from + 7, to));
    }
  }

  private void storm(List<Integer> ports, RunSecret secret, int self, AtomicBoolean end) {
    for (int i = 0; i < STRANGERS && !end.get(); i++) {
      try {
        approach(ports.get(i % ports.size()), secret, self, i % ports.size(), i / 2 % KINDS);
      } catch (IOException e) {
        assertThat(e).isNotNull(); // refused or closed: a door that is shut is a good door
      }
    }
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  @Test
  void aRingFormsAmongThemAndSumsWhatItShould() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    AtomicBoolean end = new AtomicBoolean();
    try (Ring ring = Ring.open(2)) {
      List<Integer> ports = ring.addresses().stream().map(StrangersTest::port).toList();
      for (int kind = 0; kind < KINDS; kind++) {
        for (int i = 0; i < 20; i++) {
          approach(ports.get(i % 2), ring.secret(), 1 - i % 2, i % 2, kind); // there before
        }
      }
      Future<?> storm = pool.submit(() -> storm(ports, ring.secret(), 0, end));
      List<Float> sums =
          Ring.all(
              ring.start(
                  member -> {
                    float[] one = {member.rank() + 1};
                    member.allReduceSum(one);
                    return one[0];
                  }));
      end.set(true);
      storm.get();
      assertThat(sums).containsExactly(3f, 3f);
      assertThat(made.get()).isGreaterThanOrEqualTo(200);
    } finally {
      shut(pool);
    }
  }

  @Test
  void theDriverHearsNoneOfAThousand() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    RunSecret secret = RunSecret.random(4);
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (ReportServer server =
            ReportServer.open(
                "127.0.0.1",
                "127.0.0.1",
                secret,
                SyncOptions.DEFAULT,
                (rank, text) -> heard.add(text));
        ReportClient early = ReportClient.connect(server.address(), 0, secret, Encryption.NONE)) {
      Future<?> storm =
          pool.submit(
              () ->
                  storm(
                      List.of(port(server.address())),
                      secret,
                      Handshake.DRIVER,
                      new AtomicBoolean()));
      List<String> said = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        early.send("early " + i);
        said.add("early " + i);
      }
      storm.get();
      assertThat(made.get()).isEqualTo(STRANGERS);
      try (ReportClient late = ReportClient.connect(server.address(), 1, secret, Encryption.NONE)) {
        late.send("late");
        said.add("late");
      }
      early.close();
      while (heard.size() < said.size()) {
        Thread.onSpinWait();
      }
      assertThat(heard).containsExactlyInAnyOrderElementsOf(said);
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("e2spark-reports"))
              .count();
      assertThat(threads).isLessThanOrEqualTo(Gate.LIMIT + 1L);
    } finally {
      shut(pool);
    }
  }

  private void shut(ExecutorService pool) throws IOException {
    pool.shutdownNow();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
