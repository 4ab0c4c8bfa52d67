package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.e2spark.engine.LogLines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReportServerTest {

  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final RunSecret secret = RunSecret.random();

  private ReportServer open() {
    return ReportServer.open(
        "127.0.0.1",
        "127.0.0.1",
        secret,
        SyncOptions.DEFAULT,
        (rank, text) -> received.add(rank + " " + text));
  }

  private String next() throws InterruptedException {
    return received.poll(20, TimeUnit.SECONDS);
  }

  @Test
  void textsArriveInOrderWithTheirRank() throws InterruptedException {
    try (ReportServer server = open();
        ReportClient client = ReportClient.connect(server.address(), 3, secret, Encryption.NONE)) {
      client.send("läuft");
      client.send("");
      client.send("x".repeat(60_000));
      assertThat(next()).isEqualTo("3 läuft");
      assertThat(next()).isEqualTo("3 ");
      assertThat(next()).hasSize(60_002);
    }
  }

  @Test
  void listeningOnAllInterfacesIsSaid() throws InterruptedException {
    try (LogLines log = LogLines.of(ReportServer.class);
        ReportServer server =
            ReportServer.open(
                "0.0.0.0",
                "127.0.0.1",
                secret,
                SyncOptions.DEFAULT,
                (rank, text) -> received.add(rank + " " + text));
        ReportClient client = ReportClient.connect(server.address(), 0, secret, Encryption.NONE)) {
      client.send("here");
      assertThat(next()).isEqualTo("0 here");
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("on all interfaces, as spark.driver.bindAddress 0.0.0.0 says");
    }
  }

  @Test
  void lastWordsAreWaitedForWithinALimit() throws InterruptedException {
    try (ReportServer server = open()) {
      assertThat(server.awaitEnds(Duration.ofSeconds(20))).as("nobody has spoken").isTrue();
      ReportClient client = ReportClient.connect(server.address(), 0, secret, Encryption.NONE);
      client.send("first");
      assertThat(next()).isEqualTo("0 first");
      assertThat(server.awaitEnds(Duration.ofMillis(50))).as("a worker is there").isFalse();
      client.send("last");
      client.close();
      assertThat(server.awaitEnds(Duration.ofSeconds(20))).as("it has gone").isTrue();
      assertThat(received.poll()).as("and was heard before").isEqualTo("0 last");
    }
  }

  @Test
  void strangersAreNotHeardAndDisturbNobody() throws Exception {
    try (ReportServer server = open();
        ReportClient stranger =
            ReportClient.connect(server.address(), 0, RunSecret.random(), Encryption.NONE);
        ReportClient client = ReportClient.connect(server.address(), 1, secret, Encryption.NONE)) {
      int port = Integer.parseInt(server.address().substring("127.0.0.1:".length()));
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write(new byte[300]);
        stranger.send("open sesame");
        client.send("here");
        assertThat(next()).isEqualTo("1 here");
      }
      assertThat(received).isEmpty();
    }
  }

  @Test
  void aDriverOutOfReachIsNoFailure() {
    String address;
    try (ReportServer server = open()) {
      address = server.address();
    }
    try (ReportClient client = ReportClient.connect(address, 0, secret, Encryption.NONE)) {
      client.send("nobody listens");
    }
    assertThat(received).isEmpty();
  }

  @Test
  void aListenerThatBlocksStopsNobody() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ReportServer server =
            ReportServer.open(
                "127.0.0.1",
                "127.0.0.1",
                secret,
                SyncOptions.DEFAULT,
                (rank, text) -> {
                  try {
                    end.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  received.add(text.substring(0, 5));
                });
        ReportClient client = ReportClient.connect(server.address(), 0, secret, Encryption.NONE)) {
      String filler = "x".repeat(60_000);
      for (int i = 0; i < 2 * ReportClient.LIMIT; i++) {
        client.send("full " + filler);
      }
      client.send("last!");
      end.countDown();
      String text = next();
      while (text != null && !text.equals("last!")) {
        text = next();
      }
      assertThat(text).isEqualTo("last!");
    }
  }

  @Test
  void encryptedReportsArriveAndOtherwiseNobodyIsHeard() throws Exception {
    SyncOptions encrypted = SyncOptions.DEFAULT.withEncryption(Encryption.AES_GCM);
    try (ReportServer server =
            ReportServer.open(
                "127.0.0.1", "127.0.0.1", secret, encrypted, (rank, text) -> received.add(text));
        ReportClient clear = ReportClient.connect(server.address(), 0, secret, Encryption.NONE);
        ReportClient client =
            ReportClient.connect(server.address(), 0, secret, Encryption.AES_GCM)) {
      clear.send("clear");
      client.send("secret");
      assertThat(next()).isEqualTo("secret");
      assertThat(received).isEmpty();
    }
  }
}
