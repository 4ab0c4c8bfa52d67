package org.e2spark.engine;

import org.apache.spark.SparkConf;
import org.e2spark.sync.Encryption;
import org.e2spark.sync.PortRange;
import org.e2spark.sync.SyncOptions;
import org.e2spark.sync.SyncTimeouts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How workers reach each other, as Spark's configuration says, which the driver and all executors
 * share: encrypted where Spark's own network is, or where {@value #ENCRYPT} is true; on the ports
 * of {@value #PORTS}.
 */
final class SyncSettings {

  /** True to encrypt gradients and reports also where Spark's network is not encrypted. */
  static final String ENCRYPT = "spark.e2spark.encrypt";

  /** The ports of workers and of the driver's reports, such as 40000-40100. */
  static final String PORTS = "spark.e2spark.ports";

  private static final Logger log = LoggerFactory.getLogger(SyncSettings.class);
  private static final String AES = "spark.network.crypto.enabled";
  private static final String TLS = "spark.ssl.rpc.enabled";
  private static final String SASL = "spark.authenticate.enableSaslEncryption";

  private SyncSettings() {}

  /**
   * The settings.
   *
   * @throws IllegalArgumentException when the ports are no range
   */
  static SyncOptions of(SparkConf conf, SyncTimeouts timeouts) {
    String ports = conf.get(PORTS, "");
    return new SyncOptions(
        timeouts,
        ports.isEmpty() ? PortRange.ANY : PortRange.parse(ports),
        encrypts(conf) ? Encryption.AES_GCM : Encryption.NONE);
  }

  /** Says once, on the driver, how gradients travel and why. */
  static void tell(SyncOptions options) {
    if (options.encryption() == Encryption.AES_GCM) {
      log.info("Gradients and reports travel encrypted (AES-256-GCM)");
    } else {
      log.info(
          "Gradients and reports travel in clear between authenticated workers, as Spark's own"
              + " traffic does; {}, {} or {} encrypts",
          AES,
          TLS,
          ENCRYPT);
    }
  }

  private static boolean encrypts(SparkConf conf) {
    return conf.getBoolean(ENCRYPT, false)
        || conf.getBoolean(AES, false)
        || conf.getBoolean(TLS, false)
        || conf.getBoolean(SASL, false);
  }
}
