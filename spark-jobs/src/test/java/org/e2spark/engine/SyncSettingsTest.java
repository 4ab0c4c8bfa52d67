package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.e2spark.sync.Encryption;
import org.e2spark.sync.PortRange;
import org.e2spark.sync.SyncOptions;
import org.e2spark.sync.SyncTimeouts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyncSettingsTest {

  private static SyncOptions of(SparkConf conf) {
    return SyncSettings.of(conf, SyncTimeouts.DEFAULT);
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
    assertThatThrownBy(() -> of(new SparkConf(false).set(SyncSettings.PORTS, "none")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("40000-40100");
  }
}
