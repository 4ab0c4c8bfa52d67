package org.e2spark.data.shard;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.e2spark.data.source.ImageShape;
import org.junit.jupiter.api.Tag;

/**
 * Arbitrary bytes as manifests and as shards whose checksums are forged: reading succeeds or fails
 * as a {@link ShardException}, and what is accepted can be used.
 *
 * <p>The build runs the kept inputs; to search for new ones, one target at a time:
 *
 * <pre>{@code
 * JAZZER_FUZZ=1 mvn -pl data-pipeline test -Dtest='ShardFuzzTest#shard'
 * }</pre>
 */
@Tag("fuzz")
class ShardFuzzTest {
  static final ImageShape SHAPE = new ImageShape(1, 2, 2);
  private static final int CLASSES = 10;

  @FuzzTest(maxDuration = "2m")
  void manifest(byte[] data) {
    ShardManifest manifest;
    try {
      manifest = ManifestFile.parse(data, "fuzzed");
    } catch (ManifestException e) {
      return;
    }
    ShardManifest again = ManifestFile.parse(ManifestFile.format(manifest), "printed");
    if (!again.equals(manifest)) {
      throw new AssertionError("Printing changed " + manifest + " to " + again);
    }
    for (String split : manifest.splits().keySet()) {
      if (manifest.classWeights(split).length != manifest.classNames().size()) {
        throw new AssertionError("No weight for every class of " + split);
      }
    }
  }

  /**
   * The first byte says whether images were turned and have weights, the second how many rows the
   * manifest claims.
   */
  @FuzzTest(maxDuration = "2m")
  void shard(byte[] data) {
    if (data.length < 2) {
      return;
    }
    ShardLayout layout = new ShardLayout(SHAPE, 3, (data[0] & 1) == 1, (data[0] & 2) == 2);
    ByteBuffer file = ByteBuffer.wrap(Arrays.copyOfRange(data, 2, data.length));
    MappedShard shard;
    try {
      shard = MappedShard.parse("fuzzed", file, 1 + (data[1] & 0xff), layout, CLASSES);
    } catch (CorruptShardException e) {
      return;
    }
    ByteBuffer image = ByteBuffer.allocate(SHAPE.size());
    for (long row = 0; row < shard.rows(); row++) {
      shard.id(row);
      shard.degrees(row);
      shard.reflected(row);
      shard.copyImage(row, image, 0);
      if (!(shard.weight(row) >= 0)) {
        throw new AssertionError("Accepted weight " + shard.weight(row));
      }
      if (shard.label(row) < 0 || shard.label(row) >= CLASSES) {
        throw new AssertionError("Accepted label " + shard.label(row));
      }
    }
  }

  @FuzzTest(maxDuration = "2m")
  void note(byte[] data) {
    ShardManifest identity =
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            SHAPE,
            List.of("0", "1"),
            new ShardManifest.Statistics("", List.of(), List.of()),
            Map.of(),
            3,
            false,
            "",
            0,
            Map.of(),
            "");
    ManifestFile.parseSummary(data, identity);
    ManifestFile.difference(data, ManifestFile.identity(identity));
  }
}
