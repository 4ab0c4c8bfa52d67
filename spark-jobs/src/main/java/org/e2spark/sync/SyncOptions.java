package org.e2spark.sync;

import java.io.Serializable;

/**
 * How workers reach each other and the driver.
 *
 * @param timeouts of every wait
 * @param ports to listen on, the same range on every machine
 * @param encryption of what follows a handshake; both ends must want the same
 */
public record SyncOptions(SyncTimeouts timeouts, PortRange ports, Encryption encryption)
    implements Serializable {

  /** Usual timeouts, any port, no encryption. */
  public static final SyncOptions DEFAULT =
      new SyncOptions(SyncTimeouts.DEFAULT, PortRange.ANY, Encryption.NONE);

  /** The same with other timeouts. */
  public SyncOptions withTimeouts(SyncTimeouts other) {
    return new SyncOptions(other, ports, encryption);
  }

  /** The same on other ports. */
  public SyncOptions withPorts(PortRange other) {
    return new SyncOptions(timeouts, other, encryption);
  }

  /** The same with other encryption. */
  public SyncOptions withEncryption(Encryption other) {
    return new SyncOptions(timeouts, ports, other);
  }
}
