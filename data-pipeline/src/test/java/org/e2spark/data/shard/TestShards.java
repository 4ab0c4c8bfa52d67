package org.e2spark.data.shard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongFunction;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.source.ImageShape;

/** Shard directories of random images, written without Spark. */
public final class TestShards {
  static final int CLASSES = 10;
  private static final Configuration CONFIGURATION = new Configuration();

  private TestShards() {}

  /** The id of a sample, by its index. */
  static long id(long sample) {
    return 1000 + 3 * sample;
  }

  static int label(long sample) {
    return (int) (sample * 7 % CLASSES);
  }

  static float angle(long sample) {
    return sample % 360;
  }

  static byte[] image(ImageShape shape, long sample) {
    byte[] image = new byte[shape.size()];
    new Random(sample).nextBytes(image);
    return image;
  }

  /** Writes one split {@code train} with the given number of random images in each shard. */
  public static ShardManifest write(Path directory, ShardLayout layout, int... rows)
      throws IOException {
    return write(directory, layout, sample -> image(layout.shape(), sample), rows);
  }

  /** The same with images of one's own. */
  static ShardManifest write(
      Path directory, ShardLayout layout, LongFunction<byte[]> images, int... rows)
      throws IOException {
    Files.createDirectories(directory);
    List<ShardManifest.Shard> shards = new ArrayList<>();
    List<Long> counts = new ArrayList<>(java.util.Collections.nCopies(CLASSES, 0L));
    long sample = 0;
    for (int i = 0; i < rows.length; i++) {
      String file = "train-0000" + i + ".arrow";
      OutputStream stream = Files.newOutputStream(directory.resolve(file));
      try (ShardWriter writer = new ShardWriter(stream, layout, CLASSES)) {
        for (int row = 0; row < rows[i]; row++, sample++) {
          ByteBuffer image = ByteBuffer.wrap(images.apply(sample));
          writer.add(id(sample), label(sample), image, angle(sample), (int) (sample % 2));
          counts.set(label(sample), counts.get(label(sample)) + 1);
        }
        ShardSummary summary = writer.finish();
        shards.add(
            new ShardManifest.Shard(file, summary.rows(), summary.bytes(), summary.checksum()));
      }
    }
    int channels = layout.shape().channels();
    ShardManifest manifest =
        new ShardManifest(
            ShardManifest.UNWEIGHTED_VERSION,
            layout.shape(),
            List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
            new ShardManifest.Statistics(
                "train",
                java.util.Collections.nCopies(channels, 0.5),
                java.util.Collections.nCopies(channels, 0.25)),
            Map.of("train", new ShardManifest.Split(sample, counts, shards)),
            layout.recordBatchRows(),
            layout.transformed(),
            "none",
            5,
            Map.of("option", "value"),
            "test");
    save(directory, manifest);
    return manifest;
  }

  static void save(Path directory, ShardManifest manifest) throws IOException {
    Files.write(directory.resolve(ShardManifest.FILE_NAME), ManifestFile.format(manifest));
  }

  static ShardDataset open(Path directory) {
    return ShardDataset.open(hadoop(directory), "train", CONFIGURATION);
  }

  static org.apache.hadoop.fs.Path hadoop(Path directory) {
    return new org.apache.hadoop.fs.Path(directory.toUri());
  }
}
