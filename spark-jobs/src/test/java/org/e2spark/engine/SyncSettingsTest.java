package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.SparkConf;
import org.e2spark.sync.Encryption;
import org.e2spark.sync.PortRange;
import org.e2spark.sync.SyncOptions;
import org.e2spark.train.RequirementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyncSettingsTest {

  private static SyncOptions of(SparkConf conf) {
    return SyncSettings.of(conf, SyncOptions.DEFAULT);
  }

  @Test
  void withoutAWordItIsAsSparksOwn() {
    assertThat(of(new SparkConf(false))).isEqualTo(SyncOptions.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.network.crypto.enabled",
        "spark.ssl.rpc.enabled",
        "spark.authenticate.enableSaslEncryption",
        SyncSettings.ENCRYPT
      })
  void eachOfTheseKeysEncrypts(String key) {
    assertThat(of(new SparkConf(false).set(key, "true")).encryption())
        .isEqualTo(Encryption.AES_GCM);
  }

  @Test
  void portsAreARangeOrRefused() {
    assertThat(of(new SparkConf(false).set(SyncSettings.PORTS, "40000-40100")).ports())
        .isEqualTo(new PortRange(40000, 40100));
    for (String bad : List.of("none", "40000-39999", "0-10", "70000", "1-2-3")) {
      assertThatThrownBy(() -> of(new SparkConf(false).set(SyncSettings.PORTS, bad)))
          .isInstanceOf(RequirementException.class)
          .hasMessageContaining("spark.e2spark.ports: Invalid ports: " + bad)
          .hasMessageContaining("40000-40100");
    }
  }

  @Test
  void portsOfOneMachineMustDoForAllThatListen() {
    SyncSettings.requirePorts(PortRange.ANY, 64);
    SyncSettings.requirePorts(PortRange.parse("40000"), 1);
    SyncSettings.requirePorts(PortRange.parse("40000-40002"), 2);
    assertThatThrownBy(() -> SyncSettings.requirePorts(PortRange.parse("40000-40002"), 3))
        .isInstanceOf(RequirementException.class)
        .hasMessage(
            "Ports 40000-40002 are 3, but 3 workers and the driver on one machine listen on 4: widen"
                + " --ports, or lower --workers");
  }

  @Test
  void encryptionIsTrueOrFalse() {
    assertThatThrownBy(() -> of(new SparkConf(false).set(SyncSettings.ENCRYPT, "yes")))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("spark.e2spark.encrypt")
        .hasMessageContaining("yes");
  }

  @Test
  void whatWasAskedGoesBeforeTheConfiguration() {
    SyncOptions asked =
        SyncOptions.DEFAULT
            .withPorts(new PortRange(50000, 50009))
            .withEncryption(Encryption.AES_GCM);
    SparkConf conf =
        new SparkConf(false)
            .set(SyncSettings.PORTS, "40000-40100")
            .set(SyncSettings.ENCRYPT, "false");
    assertThat(SyncSettings.of(conf, asked)).isEqualTo(asked);
  }
}
