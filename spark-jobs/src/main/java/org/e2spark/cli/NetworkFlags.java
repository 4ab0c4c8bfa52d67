package org.e2spark.cli;

import java.time.Duration;
import org.e2spark.sync.Encryption;
import org.e2spark.sync.PortRange;
import org.e2spark.sync.SyncOptions;
import org.e2spark.sync.SyncTimeouts;
import picocli.CommandLine.Option;

/** The options about the way from worker to worker. */
final class NetworkFlags {

  @Option(
      names = "--encrypt",
      description =
          "Encrypt gradients and reports; they are, without asking, where Spark's own network is.")
  private boolean encrypt;

  @Option(
      names = "--ports",
      paramLabel = "FIRST-LAST",
      description =
          "Ports of workers and of the driver's reports, such as 40000-40100; without, those that are"
              + " free, or spark.e2spark.ports.")
  private PortRange ports = PortRange.ANY;

  @Option(
      names = "--collective-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "Give a worker up that sends nothing for so long while others wait for its gradients, or that"
              + " makes no step and reads no data.")
  private long idle;

  /**
   * The options.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  SyncOptions options() {
    return new SyncOptions(
        SyncTimeouts.DEFAULT.withIdle(Duration.ofSeconds(idle)),
        ports,
        encrypt ? Encryption.AES_GCM : Encryption.NONE);
  }
}
