package org.e2spark.sync;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/**
 * Mutual proof of knowing the run's secret at the start of a connection, without sending it.
 *
 * <pre>
 * hello = "E2SYNC02" run attempt from to nonceA
 * caller -> callee   hello
 * callee -> caller   nonceB HMAC("callee" scope hello nonceB)     only if it is the one that is meant
 * caller -> callee   HMAC("caller" scope hello nonceB)
 * callee -> caller   1
 * </pre>
 *
 * The scope is a digest of what both know without saying: the purpose, whether frames are
 * encrypted, and all addresses by rank; a proof that somebody passes on to another door is
 * therefore none there. Both nonces are fresh, so a recorded exchange is worth nothing; the two
 * roles sign different words, so an answer cannot be reflected; digests are compared in constant
 * time. Keys for what follows come from the secret, both nonces and the transcript.
 *
 * <p>Every exchange has one deadline for the whole of it, however slowly bytes trickle.
 */
final class Handshake {

  /** The number of the driver, which is no rank. */
  static final int DRIVER = -1;

  static final byte[] MAGIC = "E2SYNC02".getBytes(StandardCharsets.US_ASCII);
  static final int NONCE_BYTES = 32;
  static final int DIGEST_BYTES = 32;
  static final int HELLO_BYTES = MAGIC.length + Long.BYTES + 3 * Integer.BYTES + NONCE_BYTES;

  private static final byte[] CALLER = "caller".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CALLEE = "callee".getBytes(StandardCharsets.US_ASCII);
  private static final int ACCEPTED = 1;

  private final RunSecret secret;
  private final byte[] scope;
  private final Encryption encryption;

  /**
   * A kind of connection of one attempt.
   *
   * @param purpose what connections are for
   * @param encryption of what follows
   * @param addresses that both sides know
   */
  Handshake(RunSecret secret, String purpose, Encryption encryption, List<String> addresses) {
    this.secret = secret;
    this.encryption = encryption;
    this.scope = scope(purpose, encryption, addresses);
  }

  /**
   * What a handshake comes to.
   *
   * @param peer who is at the other end, proved
   * @param keys of this side's frames and the other's, or null when they travel in clear
   */
  record Session(int peer, SessionKeys keys) {}

  /**
   * The calling side.
   *
   * @param deadline of the whole exchange, by {@link System#nanoTime}
   * @throws IOException when the connection ends, which is also how a callee refuses
   * @throws SyncException.NotAuthenticated when the callee does not know the secret
   */
  Session call(Socket socket, int from, int to, long deadline) throws IOException {
    OutputStream out = socket.getOutputStream();
    byte[] mine = nonce();
    byte[] hello = hello(from, to, mine);
    out.write(hello);
    byte[] theirs = read(socket, NONCE_BYTES, deadline);
    byte[] proof = read(socket, DIGEST_BYTES, deadline);
    if (!MessageDigest.isEqual(proof, prove(CALLEE, hello, theirs))) {
      throw new SyncException.NotAuthenticated(
          name(to) + " at " + socket.getRemoteSocketAddress() + " does not know this run's secret",
          null);
    }
    out.write(prove(CALLER, hello, theirs));
    if (read(socket, 1, deadline)[0] != ACCEPTED) {
      throw new SyncException.NotAuthenticated(
          name(to) + " at " + socket.getRemoteSocketAddress() + " refused this worker", null);
    }
    socket.setSoTimeout(0);
    return new Session(to, keys(mine, theirs, hello));
  }

  /** Has the last word about a caller that has proved itself. */
  @FunctionalInterface
  interface Admission {
    /**
     * Makes the place the caller's own.
     *
     * @throws IOException when it is lost already; the caller is not accepted then
     */
    void admit() throws IOException;
  }

  /**
   * The called side. Nothing is proved to a caller that means another run, attempt or rank, or that
   * is not awaited.
   *
   * @param awaited whether a rank may call now
   * @param admission asked before the caller hears that it is accepted, which it relies on
   * @param deadline of the whole exchange, by {@link System#nanoTime}
   * @throws SyncException.NotAuthenticated when the caller does not know the secret or means
   *     somebody else
   */
  Session answer(Socket socket, int self, IntPredicate awaited, Admission admission, long deadline)
      throws IOException {
    byte[] magic = read(socket, MAGIC.length, deadline);
    if (!Arrays.equals(magic, MAGIC)) {
      throw stranger(socket, "is not a worker's");
    }
    byte[] rest = read(socket, HELLO_BYTES - MAGIC.length, deadline);
    ByteBuffer said = ByteBuffer.wrap(rest);
    byte[] run = new byte[Long.BYTES];
    said.get(run);
    int attempt = said.getInt();
    int from = said.getInt();
    int to = said.getInt();
    byte[] theirs = new byte[NONCE_BYTES];
    said.get(theirs);
    if (!MessageDigest.isEqual(run, secret.runId())) {
      throw stranger(socket, "means another run");
    }
    if (attempt != secret.attempt()) {
      throw stranger(socket, "means attempt " + attempt + ", not " + secret.attempt());
    }
    if (to != self) {
      throw stranger(socket, "looks for " + name(to));
    }
    if (!awaited.test(from)) {
      throw stranger(socket, "says it is " + name(from) + ", which is not awaited");
    }
    byte[] hello = hello(from, to, theirs);
    byte[] mine = nonce();
    OutputStream out = socket.getOutputStream();
    out.write(concat(mine, prove(CALLEE, hello, mine)));
    byte[] proof = read(socket, DIGEST_BYTES, deadline);
    boolean known = MessageDigest.isEqual(proof, prove(CALLER, hello, mine));
    if (!known) {
      throw stranger(socket, "says it is " + name(from) + " and does not know this run's secret");
    }
    admission.admit();
    out.write(ACCEPTED);
    socket.setSoTimeout(0);
    SessionKeys keys = keys(theirs, mine, hello);
    return new Session(from, keys == null ? null : keys.reversed());
  }

  static String name(int rank) {
    return rank == DRIVER ? "the driver" : "rank " + rank;
  }

  private byte[] hello(int from, int to, byte[] nonce) {
    return ByteBuffer.allocate(HELLO_BYTES)
        .put(MAGIC)
        .put(secret.runId())
        .putInt(secret.attempt())
        .putInt(from)
        .putInt(to)
        .put(nonce)
        .array();
  }

  private byte[] prove(byte[] role, byte[] hello, byte[] calleeNonce) {
    return secret.sign(role, scope, hello, calleeNonce);
  }

  private SessionKeys keys(byte[] callerNonce, byte[] calleeNonce, byte[] hello) {
    return encryption == Encryption.NONE
        ? null
        : secret.sessionKeys(callerNonce, calleeNonce, concat(scope, hello));
  }

  private static SyncException.NotAuthenticated stranger(Socket socket, String what) {
    return new SyncException.NotAuthenticated(
        "A caller at " + socket.getRemoteSocketAddress() + " " + what, null);
  }

  private static byte[] read(Socket socket, int size, long deadline) throws IOException {
    byte[] bytes = new byte[size];
    int have = 0;
    while (have < size) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw tooSlow(socket);
      }
      socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, left));
      int count;
      try {
        count = socket.getInputStream().read(bytes, have, size - have);
      } catch (SocketTimeoutException e) {
        throw tooSlow(socket);
      }
      if (count < 0) {
        throw new EOFException(
            socket.getRemoteSocketAddress() + " ended the connection during the handshake");
      }
      have += count;
    }
    return bytes;
  }

  private static SocketTimeoutException tooSlow(Socket socket) {
    return new SocketTimeoutException(
        socket.getRemoteSocketAddress() + " took too long to prove itself");
  }

  private static byte[] scope(String purpose, Encryption encryption, List<String> addresses) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeUTF(purpose);
      out.writeUTF(encryption.name());
      out.writeInt(addresses.size());
      for (String address : addresses) {
        out.writeUTF(address);
      }
      return MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This JVM lacks SHA-256", e);
    }
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    return nonce;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}
