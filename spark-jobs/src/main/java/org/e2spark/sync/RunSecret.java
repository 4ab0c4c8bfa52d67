package org.e2spark.sync;

import java.io.Serializable;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of one run: 32 random bytes drawn by the driver, shipped inside the task by Spark's
 * own protocol, and used only as a key. It prints as nothing.
 */
public final class RunSecret implements Serializable {

  private static final long serialVersionUID = 1;
  private static final int BYTES = 32;
  private static final String ALGORITHM = "HmacSHA256";

  private final byte[] key;

  private RunSecret(byte[] key) {
    this.key = key;
  }

  /** A fresh secret from the system's secure source. */
  public static RunSecret random() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return new RunSecret(key);
  }

  /** The keyed digest of the given parts, one after the other. */
  byte[] sign(byte[]... parts) {
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
