package org.e2spark.engine;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.e2spark.sync.Encryption;
import org.e2spark.sync.PortRange;
import org.e2spark.sync.WireFormat;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What averaging has no use for, as workers neither run at once nor talk to each other: it is
 * refused where that mode was asked for, and told where it was chosen.
 */
final class AveragingRules {

  private static final Logger log = LoggerFactory.getLogger(AveragingRules.class);

  private AveragingRules() {}

  /**
   * Looks at a run that averages.
   *
   * @param asked what was asked for, without what Spark's configuration adds
   * @throws RequirementException naming what would be ignored
   */
  static void require(TrainOptions options, RunOptions asked, SparkConf conf) {
    List<String> unused = unused(options, asked);
    if (!unused.isEmpty()) {
      String what = "Averaging has no use for " + String.join(", ", unused);
      if (asked.mode() == Mode.AVERAGING) {
        throw new RequirementException(what + ": leave that out, or take --mode all-reduce");
      }
      log.warn(what);
    }
    boolean isEncrypted = SyncSettings.of(conf, asked.sync()).encryption() == Encryption.AES_GCM;
    if (isEncrypted && !SyncSettings.isSparkEncrypted(conf)) {
      throw new RequirementException(
          "Averaging sends parameters over Spark's own network, which is not encrypted: encrypt that"
              + " (spark.network.crypto.enabled or spark.ssl.rpc.enabled), or take --mode"
              + " all-reduce");
    }
  }

  private static List<String> unused(TrainOptions options, RunOptions asked) {
    List<String> unused = new ArrayList<>();
    if (options.wire() != WireFormat.FLOAT32) {
      unused.add("--wire " + options.wire() + " (no gradients travel)");
    }
    if (asked.minWorkers() > 0) {
      unused.add("--min-workers " + asked.minWorkers() + " (workers need no slots at once)");
    }
    if (!asked.sync().ports().equals(PortRange.ANY)) {
      unused.add("--ports " + asked.sync().ports() + " (workers do not listen)");
    }
    return unused;
  }
}
