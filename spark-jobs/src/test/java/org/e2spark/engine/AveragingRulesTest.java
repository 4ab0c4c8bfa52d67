package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.e2spark.sync.Encryption;
import org.e2spark.sync.PortRange;
import org.e2spark.sync.SyncOptions;
import org.e2spark.sync.WireFormat;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainOptions;
import org.junit.jupiter.api.Test;

class AveragingRulesTest {

  private static final TrainOptions PLAIN = TrainOptions.builder("cnn", "shards").build();
  private static final TrainOptions NARROW = PLAIN.toBuilder().wire(WireFormat.BF16).build();
  private static final RunOptions RUN = RunOptions.in("out").withMode(Mode.AVERAGING);
  private static final SyncOptions SECRET = SyncOptions.DEFAULT.withEncryption(Encryption.AES_GCM);

  private static void assertRefused(Runnable rule, String why) {
    assertThatThrownBy(rule::run)
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("--mode all-reduce");
  }

  @Test
  void whatWorkersThatDoNotTalkHaveNoUseForIsRefusedOrTold() {
    SparkConf conf = new SparkConf(false);
    AveragingRules.require(PLAIN, RUN, conf);
    RunOptions pinned = RUN.withSync(SyncOptions.DEFAULT.withPorts(PortRange.parse("40000-40100")));
    assertRefused(() -> AveragingRules.require(NARROW, RUN, conf), "no use for --wire bf16");
    assertRefused(
        () -> AveragingRules.require(PLAIN, RUN.withMinWorkers(1), conf),
        "no use for --min-workers 1");
    assertRefused(
        () -> AveragingRules.require(PLAIN, pinned, conf), "no use for --ports 40000-40100");
    try (LogLines log = LogLines.of(AveragingRules.class)) {
      AveragingRules.require(NARROW, pinned.withMode(Mode.AUTO).withMinWorkers(1), conf);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("--wire", "--min-workers", "--ports");
    }
  }

  @Test
  void encryptionIsSparksOrThereIsNone() {
    SparkConf clear = new SparkConf(false);
    SparkConf crypto = new SparkConf(false).set("spark.network.crypto.enabled", "true");
    SparkConf promised = new SparkConf(false).set(SyncSettings.ENCRYPT, "true");
    AveragingRules.require(PLAIN, RUN.withSync(SECRET), crypto);
    AveragingRules.require(PLAIN, RUN, crypto);
    assertRefused(
        () -> AveragingRules.require(PLAIN, RUN.withSync(SECRET), clear),
        "spark.network.crypto.enabled");
    assertRefused(
        () -> AveragingRules.require(PLAIN, RUN.withMode(Mode.AUTO), promised), "is not encrypted");
  }
}
