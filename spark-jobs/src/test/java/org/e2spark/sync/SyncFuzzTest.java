package org.e2spark.sync;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;

/**
 * Arbitrary bytes from a peer, as handshakes, as frames of a ring and as records: they are refused
 * as a {@link SyncException} or an {@link IOException}, within bounds of time and memory.
 *
 * <p>The build runs the kept inputs; to search for new ones, one target at a time:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl spark-jobs -am test -Dtest='SyncFuzzTest#frame' -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
@Tag("fuzz")
class SyncFuzzTest {

  private static final RunSecret SECRET = RunSecret.random(1);
  private static final int PAYLOAD = 64;

  /** What a peer says who sends these bytes and closes. */
  private interface Listener {
    void hear(SocketChannel channel) throws IOException;
  }

  private static void say(byte[] data, Listener listener) {
    // What is fuzzed is read from a socket of this JVM's own.
    try (SilentCloseable own =
            BugDetectors.allowNetworkConnections((host, port) -> host.equals("localhost"));
        ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (Socket peer = new Socket()) {
        peer.connect(server.getLocalAddress());
        peer.getOutputStream().write(data, 0, Math.min(data.length, 4096));
        peer.shutdownOutput();
        try (SocketChannel channel = server.accept()) {
          listener.hear(channel);
        }
      }
    } catch (IOException | SyncException e) {
      return; // refused
    }
  }

  /** After the magic bytes and the run, so that the rest is reached. */
  @FuzzTest(maxDuration = "1m")
  void handshake(byte[] data) {
    ByteBuffer said =
        ByteBuffer.allocate(Handshake.MAGIC.length + Long.BYTES + data.length)
            .put(Handshake.MAGIC)
            .put(SECRET.runId())
            .put(data);
    Handshake handshake = new Handshake(SECRET, "ring", Encryption.NONE, List.of("a:1"));
    say(
        said.array(),
        channel -> {
          handshake.answer(
              channel.socket(),
              1,
              rank -> true,
              () -> {},
              System.nanoTime() + TimeUnit.SECONDS.toNanos(5));
          throw new AssertionError("A stranger was let in");
        });
  }

  @FuzzTest(maxDuration = "1m")
  void frame(byte[] data) {
    say(
        data,
        channel -> {
          Link link = new Link(1, channel, new Handshake.Session(0, null));
          RingValues values = new RingValues(2);
          values.bind(ByteBuffer.allocate(PAYLOAD).order(ByteOrder.LITTLE_ENDIAN));
          Incoming payload = values.added(0, PAYLOAD, 0, WireFormat.FLOAT32);
          link.expect();
          while (!link.isRead(payload)) {
            link.read(1, 0, payload);
          }
        });
  }

  @FuzzTest(maxDuration = "1m")
  void record(byte[] data) {
    SessionKeys keys = SECRET.sessionKeys(new byte[1], new byte[1], new byte[1]);
    say(
        data,
        channel -> {
          if (new GcmWire(channel, keys, "rank 0").readFully(ByteBuffer.allocate(1))) {
            throw new AssertionError("A record without the key was opened");
          }
        });
  }

  @FuzzTest(maxDuration = "1m")
  void endpoint(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      Endpoint parsed = Endpoint.parse(text);
      if (!Endpoint.parse(parsed.toString()).equals(parsed)) {
        throw new AssertionError("Printing changed " + parsed);
      }
    } catch (IllegalArgumentException e) {
      return;
    }
  }
}
