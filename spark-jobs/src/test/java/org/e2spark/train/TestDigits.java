package org.e2spark.train;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.prepare.PrepareJob;
import org.e2spark.data.prepare.PrepareOptions;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.source.IdxSource;
import org.e2spark.data.source.ImageSource;
import org.e2spark.optim.Optimizer;
import org.e2spark.optim.Penalties;

/** A small data set that can be learnt: bright bars on noise, one class for each position. */
public final class TestDigits {

  public static final int SIDE = 29;
  public static final int CLASSES = 3;

  private TestDigits() {}

  /** Writes shards of splits {@code train} and {@code test} into {@code folder/shards}. */
  public static String prepare(SparkSession spark, Path folder, int train, int test)
      throws IOException {
    Path raw = Files.createDirectories(folder.resolve("raw"));
    write(raw, "train", train, 1);
    write(raw, "test", test, 2);
    Path shards = folder.resolve("shards");
    PrepareJob.run(
        spark,
        source(folder),
        new org.apache.hadoop.fs.Path(shards.toUri()),
        PrepareOptions.builder().seed(5).build());
    return shards.toUri().toString();
  }

  /** The images that {@link #prepare} wrote. */
  public static ImageSource source(Path folder) {
    Path raw = folder.resolve("raw");
    return IdxSource.builder()
        .split("train", uri(raw, "train-images"), uri(raw, "train-labels"))
        .split("test", uri(raw, "test-images"), uri(raw, "test-labels"))
        .open(new Configuration());
  }

  private static String uri(Path folder, String name) {
    return folder.resolve(name).toUri().toString();
  }

  private static void write(Path folder, String split, int count, long seed) throws IOException {
    Random random = new Random(seed);
    try (DataOutputStream images = open(folder.resolve(split + "-images"));
        DataOutputStream labels = open(folder.resolve(split + "-labels"))) {
      images.writeInt(0x803);
      images.writeInt(count);
      images.writeInt(SIDE);
      images.writeInt(SIDE);
      labels.writeInt(0x801);
      labels.writeInt(count);
      for (int i = 0; i < count; i++) {
        int label = i % CLASSES;
        labels.writeByte(label);
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            boolean bar = y * CLASSES / SIDE == label;
            images.writeByte(random.nextInt(120) + (bar ? 120 : 0));
          }
        }
      }
    }
  }

  private static DataOutputStream open(Path file) throws IOException {
    return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
  }

  /** A split of what {@link #prepare} wrote. */
  public static ShardDataset open(String shards, String split) {
    return ShardDataset.open(new org.apache.hadoop.fs.Path(shards), split, new Configuration());
  }

  /** Options that suit these images. */
  public static TrainOptions options(String shards, String preset, int epochs, int batch) {
    return TrainOptions.builder(preset, shards)
        .epochs(epochs)
        .batch(batch)
        .optimizer(Optimizer.adam().withPenalties(Penalties.weightDecay(1e-4)))
        .learningRate(5e-3)
        .inputScale(InputScale.STANDARD)
        .seed(11)
        .build();
  }
}
