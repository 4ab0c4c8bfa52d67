package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of every version of the formats that there was stay readable: one of each is kept. */
class ShardFormatsTest {

  private static byte[] kept(String file) throws IOException {
    try (InputStream in = ShardFormatsTest.class.getResourceAsStream("formats/" + file)) {
      assertThat(in).as("a kept file of each version: " + file).isNotNull();
      return in.readAllBytes();
    }
  }

  static IntStream versions() {
    return IntStream.rangeClosed(1, ShardManifest.FORMAT_VERSION);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void readsTheManifestOfEveryVersion(int version) throws IOException {
    ShardManifest manifest = ManifestFile.parse(kept("manifest-" + version + ".json"), "kept");
    assertThat(manifest.split("train").classCounts())
        .containsExactly(1L, 1L, 1L, 0L, 1L, 1L, 0L, 1L, 1L, 1L);
    assertThat(manifest.statistics().mean()).containsExactly(0.5);
    assertThat(manifest.options()).containsEntry("option", "value");
    assertThat(manifest.seed()).isEqualTo(5);
    assertThat(manifest.writerVersion()).isEqualTo("test");
  }

  /** Jobs that can be interrupted and go on write shards without weights. */
  @Test
  void anInterruptedJobOfTheNewestVersionIsResumedAndANewerOneNamed() throws IOException {
    int version = ShardManifest.UNWEIGHTED_VERSION;
    String job = new String(kept("job-" + version + ".json"), StandardCharsets.UTF_8);
    byte[] mine =
        ManifestFile.identity(
            ManifestFile.parse(kept("manifest-" + version + ".json"), "manifest.json"));
    assertThat(ManifestFile.difference(job.getBytes(StandardCharsets.UTF_8), mine)).isEmpty();
    String newer = job.replace("\"formatVersion\": " + version, "\"formatVersion\": 99");
    assertThat(ManifestFile.difference(newer.getBytes(StandardCharsets.UTF_8), mine))
        .isEqualTo("formatVersion: 99, not " + version);
  }

  @Test
  void onlyShardsWithWeightsNeedTheirVersion() throws IOException {
    assertThat(ManifestFile.parse(kept("manifest-1.json"), "kept").weighted()).isFalse();
    ShardManifest weighted = ManifestFile.parse(kept("manifest-2.json"), "kept");
    assertThat(weighted.weighted()).isTrue();
    assertThat(weighted.split("train").meanWeight()).isEqualTo(0.75);
    String text = new String(kept("manifest-2.json"), StandardCharsets.UTF_8);
    for (String wrong :
        new String[] {
          text.replace("\"formatVersion\" : 2", "\"formatVersion\" : 1"),
          text.replace("classWeightSums", "unknown"),
          text.replace("2.5", "-2.5")
        }) {
      assertThatThrownBy(() -> ManifestFile.parse(wrong.getBytes(StandardCharsets.UTF_8), "kept"))
          .isInstanceOf(ManifestException.class)
          .hasMessageContaining("classWeightSums");
    }
  }

  @Test
  void aNewerManifestIsRefusedWithTheProgramThatReadsIt() throws IOException {
    String newer =
        new String(kept("manifest-1.json"), StandardCharsets.UTF_8)
            .replace("\"formatVersion\" : 1", "\"formatVersion\" : 99");
    assertThatThrownBy(
            () -> ManifestFile.parse(newer.getBytes(StandardCharsets.UTF_8), "manifest.json"))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("formatVersion 99 is newer than this program reads (at most 2)")
        .hasMessageContaining("use the e2spark that wrote it (test)");
  }
}
