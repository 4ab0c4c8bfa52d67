package org.e2spark.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class HandshakeTest {

  private static final List<String> ADDRESSES = List.of("10.0.0.1:1", "10.0.0.2:2");

  private static final RunSecret SECRET = RunSecret.random(3);
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private ServerSocket server;
  private Socket caller;
  private Socket callee;
  private Handshake.Admission admission = () -> {};

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    caller = new Socket(server.getInetAddress(), server.getLocalPort());
    callee = server.accept();
  }

  @AfterEach
  void close() throws IOException {
    disconnect();
    pool.shutdownNow();
  }

  private void disconnect() throws IOException {
    caller.close();
    callee.close();
    server.close();
  }

  private Handshake handshake(RunSecret of, List<String> addresses) {
    return new Handshake(of, "ring", Encryption.AES_GCM, addresses);
  }

  private Future<Handshake.Session> answer(int self) {
    return pool.submit(
        () -> {
          try (Socket closing = callee) {
            return handshake(SECRET, ADDRESSES)
                .answer(closing, self, rank -> rank == 0, admission, in(Duration.ofSeconds(20)));
          }
        });
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  private byte[] hello(RunSecret of, int attempt, int from, int to) {
    return ByteBuffer.allocate(Handshake.HELLO_BYTES)
        .put(Handshake.MAGIC)
        .put(of.runId())
        .putInt(attempt)
        .putInt(from)
        .putInt(to)
        .put(new byte[Handshake.NONCE_BYTES])
        .array();
  }

  /** Says a hello; returns how many bytes the callee gave before it closed. */
  private int bytesFor(byte[] hello, String refusal) throws Exception {
    Future<Handshake.Session> answer = answer(1);
    caller.getOutputStream().write(hello);
    assertThatThrownBy(answer::get)
        .cause()
        .isInstanceOf(SyncException.NotAuthenticated.class)
        .hasMessageContaining(refusal);
    return caller.getInputStream().readAllBytes().length;
  }

  @Test
  void bothSidesDeriveTheSameKeysOnePerDirection() throws Exception {
    Future<Handshake.Session> answer = answer(1);
    Handshake.Session called =
        handshake(SECRET, ADDRESSES).call(caller, 0, 1, in(Duration.ofSeconds(20)));
    Handshake.Session answered = answer.get();
    assertThat(answered.peer()).isZero();
    assertThat(called.keys().fromCaller()).isEqualTo(answered.keys().fromCallee());
    assertThat(called.keys().fromCallee()).isEqualTo(answered.keys().fromCaller());
    assertThat(called.keys().fromCaller()).isNotEqualTo(called.keys().fromCallee());
  }

  @Test
  void whoSaysAllThatTravelsInClearButKnowsNoSecretIsRefused() throws Exception {
    Future<Handshake.Session> answer = answer(1);
    OutputStream out = caller.getOutputStream();
    out.write(hello(SECRET, SECRET.attempt(), 0, 1));
    byte[] theirs =
        caller.getInputStream().readNBytes(Handshake.NONCE_BYTES + Handshake.DIGEST_BYTES);
    assertThat(theirs).hasSize(Handshake.NONCE_BYTES + Handshake.DIGEST_BYTES);
    out.write(theirs, Handshake.NONCE_BYTES, Handshake.DIGEST_BYTES); // the callee's, reflected
    assertThatThrownBy(answer::get)
        .cause()
        .isInstanceOf(SyncException.NotAuthenticated.class)
        .hasMessageContaining("does not know this run's secret");
    assertThat(caller.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void nothingIsProvedToWhoMeansAnother() throws Exception {
    assertThat(bytesFor(hello(SECRET, 3, 0, 0), "looks for rank 0")).isZero();
  }

  @Test
  void nothingIsProvedToAnotherRun() throws Exception {
    assertThat(bytesFor(hello(RunSecret.random(3), 3, 0, 1), "another run")).isZero();
  }

  @Test
  void nothingIsProvedToAnEarlierAttempt() throws Exception {
    assertThat(bytesFor(hello(SECRET, 2, 0, 1), "means attempt 2, not 3")).isZero();
  }

  @Test
  void nothingIsProvedToARankThatIsNotAwaited() throws Exception {
    assertThat(bytesFor(hello(SECRET, 3, 5, 1), "rank 5, which is not awaited")).isZero();
  }

  @Test
  void nothingIsProvedToWhoSpeaksAnotherProtocol() throws Exception {
    byte[] hello = hello(SECRET, 3, 0, 1);
    hello[Handshake.MAGIC.length - 1]++;
    assertThat(bytesFor(hello, "is not a worker's")).isZero();
  }

  @Test
  void theSameHelloIsAnsweredWithAnotherNonce() throws Exception {
    Set<ByteBuffer> nonces = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      Future<Handshake.Session> answer = answer(1);
      caller.getOutputStream().write(hello(SECRET, 3, 0, 1));
      nonces.add(ByteBuffer.wrap(caller.getInputStream().readNBytes(Handshake.NONCE_BYTES)));
      disconnect();
      assertThatThrownBy(answer::get).isInstanceOf(ExecutionException.class);
      connect();
    }
    assertThat(nonces).hasSize(2);
  }

  static List<Handshake> others() {
    List<String> moved = List.of("10.0.0.1:1", "10.6.6.6:2");
    return List.of(
        new Handshake(SECRET, "ring", Encryption.AES_GCM, moved),
        new Handshake(SECRET, "reports", Encryption.AES_GCM, ADDRESSES),
        new Handshake(SECRET, "ring", Encryption.NONE, ADDRESSES));
  }

  /** Other addresses, another purpose, encryption that only one side thinks of. */
  @ParameterizedTest
  @MethodSource("others")
  void aProofForAnotherDoorIsNone(Handshake other) throws Exception {
    Future<Handshake.Session> answer = answer(1);
    assertThatThrownBy(() -> other.call(caller, 0, 1, in(Duration.ofSeconds(20))))
        .isInstanceOf(SyncException.NotAuthenticated.class);
    caller.close();
    assertThatThrownBy(answer::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .hasMessageContaining("during the handshake");
  }

  @Test
  void aCallerThatIsNotAcceptedHasNoSession() throws Exception {
    try (ServerSocket relay = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket relayed = new Socket(relay.getInetAddress(), relay.getLocalPort());
        Socket between = relay.accept()) {
      Future<Handshake.Session> answer = answer(1);
      Future<Handshake.Session> call =
          pool.submit(
              () -> handshake(SECRET, ADDRESSES).call(relayed, 0, 1, in(Duration.ofSeconds(20))));
      pass(between, caller, Handshake.HELLO_BYTES);
      pass(caller, between, Handshake.NONCE_BYTES + Handshake.DIGEST_BYTES);
      pass(between, caller, Handshake.DIGEST_BYTES);
      assertThat(answer.get().peer()).isZero();
      between.getOutputStream().write(0);
      assertThatThrownBy(call::get).cause().hasMessageContaining("refused this worker");
    }
  }

  @Test
  void aCallerWhosePlaceIsLostHearsSoAndMayCallAgain() throws Exception {
    admission =
        () -> {
          throw new IOException("The connection had to make room for another");
        };
    Future<Handshake.Session> answer = answer(1);
    assertThatThrownBy(
            () -> handshake(SECRET, ADDRESSES).call(caller, 0, 1, in(Duration.ofSeconds(20))))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
    assertThatThrownBy(answer::get).cause().hasMessageContaining("had to make room");
  }

  private static void pass(Socket from, Socket to, int bytes) throws IOException {
    to.getOutputStream().write(from.getInputStream().readNBytes(bytes));
  }

  @Test
  void aTricklingCallerHasOneDeadlineForTheWhole() throws Exception {
    Future<?> trickle =
        pool.submit(
            () -> {
              byte[] hello = "E2SYNC02".repeat(20).getBytes(StandardCharsets.US_ASCII);
              for (byte one : hello) {
                caller.getOutputStream().write(one);
                caller.setSoTimeout(50);
                try {
                  caller.getInputStream().read();
                } catch (SocketTimeoutException e) {
                  continue; // the pause between two bytes
                }
              }
              return null;
            });
    long began = System.nanoTime();
    assertThatThrownBy(
            () ->
                handshake(SECRET, ADDRESSES)
                    .answer(callee, 1, rank -> true, () -> {}, in(Duration.ofMillis(400))))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessageContaining("took too long to prove itself");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    trickle.cancel(true);
  }

  @Test
  void aPeerThatDiesInTheHandshakeIsToldAsThat() throws Exception {
    callee.close();
    assertThatThrownBy(
            () -> handshake(SECRET, ADDRESSES).call(caller, 0, 1, in(Duration.ofSeconds(20))))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
  }
}
