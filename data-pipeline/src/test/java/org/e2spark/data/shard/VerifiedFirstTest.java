package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageShape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No byte of a shard is parsed before its length and checksum are verified, whichever way it is
 * opened: bytes that the parser would refuse for reasons of its own are refused for their checksum.
 */
class VerifiedFirstTest {
  private static final ShardLayout LAYOUT = new ShardLayout(new ImageShape(1, 4, 4), 16, false);

  @TempDir Path dir;
  private Path shard;
  private ShardManifest manifest;
  private Configuration configuration;

  @BeforeEach
  void write() throws IOException {
    manifest = TestShards.write(dir, LAYOUT, 40);
    shard = dir.resolve("train-00000.arrow");
    configuration = FarFileSystem.configuration();
    configuration.set(ShardCache.DIRECTORY, dir.resolve("cache").toString());
  }

  /** Content of the right length that each step of the parser would refuse in its own words. */
  private Map<String, Consumer<byte[]>> damages() {
    return Map.of(
        "ARROW1", bytes -> Arrays.fill(bytes, (byte) 0x5a),
        "footer length",
            bytes -> Arrays.fill(bytes, bytes.length - 10, bytes.length - 6, (byte) 0x7f),
        "outside the file",
            bytes -> Arrays.fill(bytes, bytes.length - 60, bytes.length - 10, (byte) 0x11),
        "has label",
            bytes -> Arrays.fill(bytes, labelOf(bytes, 3), labelOf(bytes, 3) + 4, (byte) 0x7f));
  }

  /** The labels of the first batch follow its 16 ids. */
  private static int labelOf(byte[] bytes, int row) {
    for (int at = 8; ; at += 8) {
      if (java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(at)
          == TestShards.id(0)) {
        return at + 16 * 8 + 4 * row;
      }
    }
  }

  @Test
  void unverifiedBytesAreNeverParsed() throws IOException {
    byte[] good = Files.readAllBytes(shard);
    for (Map.Entry<String, Consumer<byte[]>> damage : damages().entrySet()) {
      byte[] bad = good.clone();
      damage.getValue().accept(bad);
      Files.write(shard, bad);
      for (org.apache.hadoop.fs.Path way :
          new org.apache.hadoop.fs.Path[] {TestShards.hadoop(dir), FarFileSystem.path(dir)}) {
        ShardInspector inspector = ShardInspector.of(way, configuration);
        assertRefusedForItsChecksum(open(way));
        assertThat(inspector.verify()).singleElement().satisfies(this::assertRefusedForItsChecksum);
        assertRefusedForItsChecksum(
            catchThrowableOfType(
                CorruptShardException.class,
                () -> inspector.contactSheet("train", 1, OutputStream.nullOutputStream())));
      }
    }
  }

  /** The other half of the proof: with a forged checksum the same bytes reach the parser. */
  @Test
  void theParserWouldHaveSaidSomethingElse() throws IOException {
    byte[] good = Files.readAllBytes(shard);
    for (Map.Entry<String, Consumer<byte[]>> damage : damages().entrySet()) {
      byte[] bad = good.clone();
      damage.getValue().accept(bad);
      Files.write(shard, bad);
      CRC32C crc = new CRC32C();
      crc.update(bad);
      String json =
          new String(ManifestFile.format(manifest), java.nio.charset.StandardCharsets.UTF_8);
      Files.writeString(
          dir.resolve(ShardManifest.FILE_NAME),
          json.replaceAll("crc32c:[0-9a-f]{8}", ChecksummedChannel.format(crc)));
      assertThat(open(TestShards.hadoop(dir))).hasMessageContaining(damage.getKey());
    }
  }

  @Test
  void bytesOfAnotherLengthAreNotEvenSummed() throws IOException {
    Files.write(shard, new byte[] {1, 2, 3});
    assertThat(open(TestShards.hadoop(dir))).hasMessageContaining("it has 3 bytes (manifest: ");
    assertThat(open(FarFileSystem.path(dir))).hasMessageContaining("it has 3 bytes (manifest: ");
  }

  private CorruptShardException open(org.apache.hadoop.fs.Path directory) {
    return catchThrowableOfType(
        CorruptShardException.class,
        () -> ShardDataset.open(directory, "train", configuration).close());
  }

  private void assertRefusedForItsChecksum(CorruptShardException e) {
    assertThat(e).hasMessageContaining("its checksum is crc32c:").hasNoCause();
  }
}
