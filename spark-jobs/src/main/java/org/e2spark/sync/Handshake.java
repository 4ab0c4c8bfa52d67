package org.e2spark.sync;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * Mutual proof of knowing the run's secret at the start of a connection, without sending it.
 *
 * <pre>
 * caller -> callee   "E2SYNC01" from to nonceA
 * callee -> caller   nonceB HMAC("callee" from to nonceA nonceB)
 * caller -> callee   HMAC("caller" from to nonceA nonceB)
 * callee -> caller   1
 * </pre>
 *
 * Both nonces are fresh, so a recorded exchange is worth nothing; the two roles sign different
 * words, so an answer cannot be reflected; digests are compared in constant time.
 */
final class Handshake {

  /** The number of the driver, which is no rank. */
  static final int DRIVER = -1;

  private static final byte[] MAGIC = "E2SYNC01".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CALLER = "caller".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CALLEE = "callee".getBytes(StandardCharsets.US_ASCII);
  private static final int NONCE_BYTES = 32;
  private static final int DIGEST_BYTES = 32;
  private static final int ACCEPTED = 1;

  private Handshake() {}

  /**
   * The calling side.
   *
   * @throws IOException when the connection ends, which is also how a callee refuses
   * @throws SyncException.NotAuthenticated when the callee does not know the secret
   */
  static void call(Socket socket, int from, int to, RunSecret secret, Duration timeout)
      throws IOException {
    socket.setSoTimeout(millis(timeout));
    DataInputStream in = new DataInputStream(socket.getInputStream());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    byte[] ranks = ranks(from, to);
    byte[] mine = nonce();
    out.write(concat(MAGIC, ranks, mine));
    byte[] theirs = in.readNBytes(NONCE_BYTES);
    byte[] proof = in.readNBytes(DIGEST_BYTES);
    if (!MessageDigest.isEqual(proof, secret.sign(CALLEE, ranks, mine, theirs))) {
      throw new SyncException.NotAuthenticated(
          name(to) + " at " + socket.getRemoteSocketAddress() + " does not know this run's secret",
          null);
    }
    out.write(secret.sign(CALLER, ranks, mine, theirs));
    if (in.read() != ACCEPTED) {
      throw new SyncException.NotAuthenticated(
          name(to) + " at " + socket.getRemoteSocketAddress() + " refused this worker", null);
    }
    socket.setSoTimeout(0);
  }

  /**
   * The called side.
   *
   * @return the caller's rank, which has been proved
   * @throws SyncException.NotAuthenticated when the caller does not know the secret or means
   *     somebody else
   */
  static int answer(Socket socket, int self, RunSecret secret, Duration timeout)
      throws IOException {
    socket.setSoTimeout(millis(timeout));
    DataInputStream in = new DataInputStream(socket.getInputStream());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!MessageDigest.isEqual(magic, MAGIC)) {
      throw new SyncException.NotAuthenticated(
          "A connection from " + socket.getRemoteSocketAddress() + " is not a worker's", null);
    }
    int from = in.readInt();
    int to = in.readInt();
    byte[] ranks = ranks(from, to);
    byte[] theirs = in.readNBytes(NONCE_BYTES);
    byte[] mine = nonce();
    out.write(concat(mine, secret.sign(CALLEE, ranks, theirs, mine)));
    byte[] proof = in.readNBytes(DIGEST_BYTES);
    boolean known = MessageDigest.isEqual(proof, secret.sign(CALLER, ranks, theirs, mine));
    if (!known || to != self) {
      throw new SyncException.NotAuthenticated(
          "A caller at "
              + socket.getRemoteSocketAddress()
              + " that says it is "
              + name(from)
              + (known ? " looks for " + name(to) : " does not know this run's secret"),
          null);
    }
    out.write(ACCEPTED);
    socket.setSoTimeout(0);
    return from;
  }

  static String name(int rank) {
    return rank == DRIVER ? "the driver" : "rank " + rank;
  }

  private static int millis(Duration timeout) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, timeout.toMillis()));
  }

  private static byte[] ranks(int from, int to) {
    return ByteBuffer.allocate(2 * Integer.BYTES).putInt(from).putInt(to).array();
  }

  private static byte[] nonce() {
    byte[] nonce = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    return nonce;
  }

  private static byte[] concat(byte[]... parts) {
    int size = 0;
    for (byte[] part : parts) {
      size += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
