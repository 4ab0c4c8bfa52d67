package org.e2spark.data.prepare;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.ImageShape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@link ShardedDataset#from} on 100,000 images of uncompressed Parquet by one task, from the query
 * to the manifest; the score is images a second.
 *
 * <pre>
 * mvn -q -pl data-pipeline -am test-compile exec:exec@jmh -Djmh=SpillBenchmark
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(1)
public class SpillBenchmark {
  private static final int IMAGES = 100_000;

  /** Images of MNIST's or of CIFAR's shape. */
  @Param({"1x28x28", "3x32x32"})
  public String shape;

  private Path directory;
  private SparkSession spark;
  private Dataset<Row> images;
  private SpillOptions options;

  /** Writes the table. */
  @Setup(Level.Trial)
  public void write() throws IOException {
    directory = Files.createTempDirectory("e2spark-spill");
    options =
        SpillOptions.of(
            shape.equals("1x28x28") ? new ImageShape(1, 28, 28) : new ImageShape(3, 32, 32));
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.local.dir", directory.toString())
            .config("spark.sql.files.maxPartitionBytes", "1g")
            .config("spark.sql.parquet.compression.codec", "uncompressed")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    String hexDigits = "repeat(md5(cast(id as string)), " + options.shape().size() / 32 + 1 + ")";
    String path = directory.resolve("images").toUri().toString();
    spark
        .range(IMAGES)
        .selectExpr(
            "cast(left(" + hexDigits + ", " + options.shape().size() + ") as binary) as image",
            "cast(id % 10 as int) as label")
        .coalesce(1)
        .write()
        .parquet(path);
    images = spark.read().parquet(path).select(col("image"), col("label"));
  }

  /** Stops Spark and removes everything. */
  @TearDown(Level.Trial)
  public void delete() throws IOException {
    spark.stop();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Spills the table and deletes it again. */
  @Benchmark
  @OperationsPerInvocation(IMAGES)
  public long spill() {
    try (ShardedDataset sharded = ShardedDataset.from(images, "image", "label", options)) {
      return sharded.manifest().split(ShardedDataset.SPLIT).samples();
    }
  }
}
