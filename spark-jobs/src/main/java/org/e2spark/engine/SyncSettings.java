package org.e2spark.engine;

import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.e2spark.sync.Encryption;
import org.e2spark.sync.PortRange;
import org.e2spark.sync.SyncOptions;
import org.e2spark.text.Text;
import org.e2spark.train.RequirementException;
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
   * What was asked, completed by the configuration.
   *
   * @param asked any port and no encryption mean as the configuration says
   * @throws RequirementException naming the key whose value cannot be
   */
  static SyncOptions of(SparkConf conf, SyncOptions asked) {
    SyncOptions options = asked;
    if (asked.ports().equals(PortRange.ANY)) {
      options = options.withPorts(value(PORTS, () -> PortRange.parse(conf.get(PORTS, "0"))));
    }
    return isSet(conf, ENCRYPT) || isSparkEncrypted(conf)
        ? options.withEncryption(Encryption.AES_GCM)
        : options;
  }

  /**
   * Whether Spark encrypts what it sends itself.
   *
   * @throws RequirementException naming the key whose value cannot be
   */
  static boolean isSparkEncrypted(SparkConf conf) {
    return isSet(conf, AES) || isSet(conf, TLS) || isSet(conf, SASL);
  }

  private static boolean isSet(SparkConf conf, String key) {
    return value(key, () -> conf.getBoolean(key, false));
  }

  /**
   * Refuses a range of ports that cannot do for what listens on one machine: each worker, if there
   * are others, and the driver's reports.
   *
   * @param workers of a training on one machine
   * @throws RequirementException when it is too small
   */
  static void requirePorts(PortRange ports, int workers) {
    int needed = workers == 1 ? 1 : workers + 1;
    if (ports.size() < needed) {
      throw new RequirementException(
          Text.format(
              "Ports %s are %d, but %d workers and the driver on one machine listen on %d: widen"
                  + " --ports, or lower --workers",
              ports, ports.size(), workers, needed));
    }
  }

  private static <T> T value(String key, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw new RequirementException("--conf " + key + ": " + e.getMessage(), e);
    }
  }

  /** Says, once a run and on the driver, how gradients travel and why. */
  static void tell(SyncOptions options) {
    if (options.encryption() == Encryption.AES_GCM) {
      log.info("Gradients and reports travel encrypted (AES-256-GCM)");
    } else {
      log.info(
          "Gradients and reports travel in clear between authenticated workers, as Spark's own"
              + " traffic does; --encrypt, {} or {} encrypts",
          AES,
          TLS);
    }
  }
}
