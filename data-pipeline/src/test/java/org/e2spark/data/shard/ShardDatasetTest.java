package org.e2spark.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.e2spark.data.source.ImageShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardDatasetTest {
  private static final ImageShape SHAPE = new ImageShape(3, 5, 4);
  private static final ShardLayout LAYOUT = new ShardLayout(SHAPE, 16, false);

  @TempDir Path dir;

  @Test
  void readsBackWhatWasWritten() throws IOException {
    TestShards.write(dir, LAYOUT.withTransforms(), 40, 7, 16);
    try (ShardDataset dataset = TestShards.open(dir)) {
      assertThat(dataset.size()).isEqualTo(63);
      for (int sample = 0; sample < 63; sample++) {
        byte[] image = new byte[SHAPE.size()];
        dataset.copyImage(sample, ByteBuffer.wrap(image), 0);
        assertThat(image).isEqualTo(TestShards.image(SHAPE, sample));
        assertThat(dataset.id(sample)).isEqualTo(TestShards.id(sample));
        assertThat(dataset.label(sample)).isEqualTo(TestShards.label(sample));
        assertThat(dataset.degrees(sample)).isEqualTo(TestShards.angle(sample));
        assertThat(dataset.reflected(sample)).isEqualTo(sample % 2 == 1);
      }
      assertThatThrownBy(() -> dataset.id(63))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessageContaining("63");
    }
  }

  @Test
  void isAFileThatArrowReads() throws IOException {
    TestShards.write(dir, LAYOUT.withTransforms(), 40);
    try (RootAllocator allocator = new RootAllocator();
        FileInputStream in = new FileInputStream(dir.resolve("train-00000.arrow").toFile());
        ArrowFileReader reader = new ArrowFileReader(in.getChannel(), allocator)) {
      int sample = 0;
      var root = reader.getVectorSchemaRoot();
      while (reader.loadNextBatch()) {
        var ids = (BigIntVector) root.getVector("id");
        var labels = (IntVector) root.getVector("label");
        var angles = (Float4Vector) root.getVector("angle");
        var images = (FixedSizeListVector) root.getVector("image");
        var pixels = (UInt1Vector) images.getDataVector();
        for (int row = 0; row < root.getRowCount(); row++, sample++) {
          assertThat(ids.get(row)).isEqualTo(TestShards.id(sample));
          assertThat(labels.get(row)).isEqualTo(TestShards.label(sample));
          assertThat(angles.get(row)).isEqualTo(TestShards.angle(sample));
          byte[] image = new byte[SHAPE.size()];
          for (int i = 0; i < image.length; i++) {
            image[i] = pixels.get(row * image.length + i);
          }
          assertThat(image).isEqualTo(TestShards.image(SHAPE, sample));
        }
      }
      assertThat(sample).isEqualTo(40);
    }
  }

  @Test
  void namesTheShardWithAFlippedByte() throws IOException {
    TestShards.write(dir, LAYOUT, 20, 20);
    Path shard = dir.resolve("train-00001.arrow");
    byte[] bytes = Files.readAllBytes(shard);
    for (int position = 0; position < bytes.length; position++) {
      bytes[position] ^= 1;
      Files.write(shard, bytes);
      assertThatThrownBy(() -> TestShards.open(dir))
          .isInstanceOfSatisfying(
              CorruptShardException.class, e -> assertThat(e.file()).isEqualTo(shard.toString()))
          .hasMessageContaining("checksum");
      bytes[position] ^= 1;
    }
  }

  @Test
  void namesTheShardOfTheWrongLengthOrMissing() throws IOException {
    TestShards.write(dir, LAYOUT, 20, 20);
    Path shard = dir.resolve("train-00001.arrow");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> TestShards.open(dir))
        .isInstanceOf(CorruptShardException.class)
        .hasMessageContaining(shard.toString())
        .hasMessageContaining((bytes.length - 1) + " bytes (manifest: " + bytes.length + ")");
    Files.delete(shard);
    assertThatThrownBy(() -> TestShards.open(dir))
        .isInstanceOf(CorruptShardException.class)
        .hasMessageContaining("not there");
  }

  @Test
  void saysWhatToDoWithoutAManifestOrSplit() throws IOException {
    assertThatThrownBy(() -> TestShards.open(dir))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("did not finish");
    TestShards.write(dir, LAYOUT, 1);
    assertThatThrownBy(
            () ->
                ShardDataset.open(
                    TestShards.hadoop(dir), "test", new org.apache.hadoop.conf.Configuration()))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("No split 'test'")
        .hasMessageContaining("train");
  }

  @Test
  void refusesUseAfterClose() throws IOException {
    TestShards.write(dir, LAYOUT, 3);
    ShardDataset dataset = TestShards.open(dir);
    dataset.close();
    assertThatThrownBy(() -> dataset.id(0)).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"formatVersion\" : 1|\"formatVersion\" : 2",
        "\"samples\" : 20|\"samples\" : 21",
        "\"rows\" : 20|\"rows\" : -1",
        "\"bytes\" : |\"bytes\" : 99999999999",
        "crc32c:|md5:",
        "train-00000.arrow|../train-00000.arrow",
        "\"channels\" : 3|\"channels\" : 1000000",
        "\"width\" : 4|\"width\" : 4.5",
        "\"mean\" : [ 0.5|\"mean\" : [ 7.5",
        "\"transformed\" : false|\"transformed\" : 0",
        "\"seed\" : 5|\"seed\" : 5, \"seed\" : 6",
        "\"seed\" : 5|\"seed\" : 5e99",
        "}|]",
      })
  void refusesAnImpossibleManifest(String edit) throws IOException {
    TestShards.write(dir, LAYOUT, 20);
    Path path = dir.resolve(ShardManifest.FILE_NAME);
    String json = Files.readString(path);
    String[] parts = edit.split("\\|", 2);
    assertThat(json).contains(parts[0]);
    Files.writeString(path, json.replace(parts[0], parts[1]));
    assertThatThrownBy(() -> TestShards.open(dir))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining(ShardManifest.FILE_NAME);
  }

  @Test
  void manifestSurvivesJson() throws IOException {
    ShardManifest manifest = TestShards.write(dir, LAYOUT.withTransforms(), 20, 3);
    assertThat(TestShards.open(dir).manifest()).isEqualTo(manifest);
  }

  @Test
  void classWeightsBalanceTheSplit() {
    ShardManifest.Split split =
        new ShardManifest.Split(8, java.util.List.of(6L, 0L, 2L), java.util.List.of());
    ShardManifest manifest =
        new ShardManifest(
            1,
            SHAPE,
            java.util.List.of("a", "b", "c"),
            new ShardManifest.Statistics("train", java.util.List.of(), java.util.List.of()),
            Map.of("train", split),
            1,
            false,
            "",
            0,
            Map.of(),
            "");
    assertThat(manifest.classWeights("train")).containsExactly(8.0 / 12, 0, 2);
  }
}
