package org.e2spark.sync;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of one attempt of one run: 32 random bytes drawn by the driver, shipped inside the
 * task by Spark's own protocol, and used only as a key. It prints as nothing.
 *
 * <p>A worker of an earlier attempt holds another secret and another number, so it can neither join
 * this attempt nor report to it.
 */
public final class RunSecret implements Serializable {

  private static final long serialVersionUID = 2;
  private static final int BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";
  private static final byte[] RUN = "run".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] KEYS = "e2spark frames".getBytes(StandardCharsets.US_ASCII);

  private final byte[] key;
  private final int attempt;

  private RunSecret(byte[] key, int attempt) {
    this.key = key;
    this.attempt = attempt;
  }

  /** A fresh secret from the system's secure source, for a run's only attempt (number 0). */
  public static RunSecret random() {
    return random(0);
  }

  /** A fresh secret for an attempt with this number. */
  public static RunSecret random(int attempt) {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return new RunSecret(key, attempt);
  }

  /** The attempt's number, which every connection and frame names. */
  public int attempt() {
    return attempt;
  }

  /** Eight bytes that tell runs apart and tell nothing of the secret. */
  byte[] runId() {
    return Arrays.copyOf(sign(RUN), Long.BYTES);
  }

  /** The keyed digest of the given parts, one after the other. */
  byte[] sign(byte[]... parts) {
    return mac(key, parts);
  }

  /**
   * The keys of one connection (HKDF with HMAC-SHA-256, RFC 5869: the secret as input, both nonces
   * as salt).
   *
   * @param transcript what both sides have said and proved
   */
  SessionKeys sessionKeys(byte[] callerNonce, byte[] calleeNonce, byte[] transcript) {
    byte[] salt =
        ByteBuffer.allocate(callerNonce.length + calleeNonce.length)
            .put(callerNonce)
            .put(calleeNonce)
            .array();
    byte[] drawn = mac(salt, key);
    byte[] first = mac(drawn, KEYS, transcript, new byte[] {1});
    byte[] second = mac(drawn, first, KEYS, transcript, new byte[] {2});
    return new SessionKeys(first, second);
  }

  private static byte[] mac(byte[] key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This JVM lacks " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "RunSecret[hidden]";
  }
}
