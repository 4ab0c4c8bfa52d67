package org.e2spark.data.prepare;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.data.ThroughputConditions;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.source.IdxSource;
import org.e2spark.data.source.ImageSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Preparing 70,000 images of 28x28 from IDX files by two tasks, all of it from the survey to the
 * manifest; the score is images a second.
 *
 * <pre>
 * mvn -q -pl data-pipeline -am test-compile exec:exec@jmh -Djmh=PrepareBenchmark
 * </pre>
 */
public class PrepareBenchmark extends ThroughputConditions {
  private static final int IMAGES = 70_000;

  /** Whether the source is gzipped, as MNIST comes, and so read by one task. */
  @Param({"false", "true"})
  public boolean gzipped;

  private BenchmarkSpark spark;
  private Path directory;
  private ImageSource source;
  private int runs;

  /** Writes the source and starts Spark. */
  @Setup(Level.Trial)
  public void write() throws IOException {
    spark = new BenchmarkSpark("local[2]");
    directory = spark.directory();
    Random random = new Random(1);
    byte[] image = new byte[784];
    try (DataOutputStream images = new DataOutputStream(open("images"));
        DataOutputStream labels = new DataOutputStream(open("labels"))) {
      images.writeInt(0x803);
      images.writeInt(IMAGES);
      images.writeInt(28);
      images.writeInt(28);
      labels.writeInt(0x801);
      labels.writeInt(IMAGES);
      for (int i = 0; i < IMAGES; i++) {
        // Four fifths of a digit's pixels are 0, and gzip is slow or fast by that.
        random.nextBytes(image);
        java.util.Arrays.fill(image, 157, 784, (byte) 0);
        images.write(image);
        labels.write(i % 10);
      }
    }
    source =
        IdxSource.builder()
            .split(
                "train",
                directory.resolve(name("images")).toUri().toString(),
                directory.resolve(name("labels")).toUri().toString())
            .open(new Configuration());
  }

  private String name(String kind) {
    return gzipped ? kind + ".gz" : kind;
  }

  private OutputStream open(String kind) throws IOException {
    OutputStream file = Files.newOutputStream(directory.resolve(name(kind)));
    return gzipped
        ? new GZIPOutputStream(file, 1 << 16)
        : new java.io.BufferedOutputStream(file, 1 << 16);
  }

  /** Stops Spark and removes everything. */
  @TearDown(Level.Trial)
  public void delete() throws IOException {
    spark.close();
  }

  private PrepareReport prepare(PrepareOptions options) {
    Path output = directory.resolve("shards" + runs++);
    return PrepareJob.run(
        spark.session(), source, new org.apache.hadoop.fs.Path(output.toUri()), options);
  }

  /** Images as they are. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public PrepareReport convert() {
    return prepare(PrepareOptions.none());
  }

  /** Each image rotated by its own angle and padded to 29x29. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public PrepareReport rotateAndPad() {
    return prepare(
        PrepareOptions.builder().rotation(Interpolation.BILINEAR).padding(29, 29).build());
  }
}
