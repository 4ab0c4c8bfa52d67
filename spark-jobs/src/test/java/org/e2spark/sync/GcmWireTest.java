package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GcmWireTest {

  private static final int RECORD = Integer.BYTES + 5 + 16;

  private final SessionKeys keys =
      RunSecret.random().sessionKeys(new byte[] {1}, new byte[] {2}, new byte[] {3});
  private SocketChannel out;
  private SocketChannel tapped;
  private SocketChannel injected;
  private SocketChannel in;
  private Wire sender;
  private Wire receiver;

  @BeforeEach
  void connect() throws IOException {
    List<SocketChannel> first = pair();
    List<SocketChannel> second = pair();
    out = first.get(0);
    tapped = first.get(1);
    injected = second.get(0);
    in = second.get(1);
    sender = new GcmWire(out, keys, "rank 1");
    receiver = new GcmWire(in, keys.reversed(), "rank 0");
  }

  @AfterEach
  void close() throws IOException {
    for (SocketChannel channel : List.of(out, tapped, injected, in)) {
      channel.close();
    }
  }

  private static List<SocketChannel> pair() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel caller = SocketChannel.open(server.getLocalAddress());
      return List.of(caller, server.accept());
    }
  }

  private ByteBuffer record(String text) throws IOException {
    sender.writeFully(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer record = ByteBuffer.allocate(RECORD);
    while (record.hasRemaining()) {
      tapped.read(record);
    }
    return record.flip();
  }

  private String receive() throws IOException {
    ByteBuffer text = ByteBuffer.allocate(5);
    assertThat(receiver.readFully(text)).isTrue();
    return new String(text.array(), StandardCharsets.US_ASCII);
  }

  @Test
  void whatTravelsIsNotWhatIsSaidAndOpensOnce() throws IOException {
    ByteBuffer record = record("hello");
    assertThat(new String(record.array(), StandardCharsets.ISO_8859_1)).doesNotContain("hello");
    injected.write(record.duplicate());
    assertThat(receive()).isEqualTo("hello");
    injected.write(record.duplicate());
    assertThatThrownBy(this::receive)
        .isInstanceOf(SyncException.NotAuthenticated.class)
        .hasMessageContaining("rank 0")
        .hasMessageContaining("repeated");
  }

  @Test
  void equalTextsAreDifferentRecords() throws IOException {
    assertThat(record("hello").array()).isNotEqualTo(record("hello").array());
  }

  @Test
  void aRecordLeftOutIsNoticed() throws IOException {
    ByteBuffer unused = record("first");
    assertThat(unused.remaining()).isEqualTo(RECORD);
    injected.write(record("other"));
    assertThatThrownBy(this::receive).isInstanceOf(SyncException.NotAuthenticated.class);
  }

  @Test
  void everyBitCounts() throws IOException {
    for (int at = 0; at < RECORD; at++) {
      close();
      connect();
      ByteBuffer record = record("hello");
      record.put(at, (byte) (record.get(at) ^ 1));
      injected.write(record);
      injected.shutdownOutput();
      assertThat(opens()).as("byte %d", at).isFalse();
    }
  }

  private boolean opens() throws IOException {
    try {
      return receiver.readFully(ByteBuffer.allocate(5));
    } catch (SyncException.NotAuthenticated e) {
      return false;
    }
  }
}
