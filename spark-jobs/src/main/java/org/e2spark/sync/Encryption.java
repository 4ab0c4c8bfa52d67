package org.e2spark.sync;

/**
 * Whether frames between workers and reports to the driver can be read and altered on their way.
 */
public enum Encryption {
  /** Connections are authenticated when they are made; what follows travels in clear. */
  NONE,
  /** Every byte after the handshake goes through AES-256 in Galois/Counter mode. */
  AES_GCM
}
