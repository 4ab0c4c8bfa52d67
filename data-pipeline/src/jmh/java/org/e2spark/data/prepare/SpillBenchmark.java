package org.e2spark.data.prepare;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.e2spark.data.ThroughputConditions;
import org.e2spark.data.source.ImageShape;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * {@link ShardedDataset#from} on 100,000 images of uncompressed Parquet by one task, from the query
 * to the manifest; the score is images a second.
 *
 * <pre>
 * mvn -q -pl data-pipeline -am test-compile exec:exec@jmh -Djmh=SpillBenchmark
 * </pre>
 */
public class SpillBenchmark extends ThroughputConditions {
  private static final int IMAGES = 100_000;

  /** Images of MNIST's or of CIFAR's shape. */
  @Param({"1x28x28", "3x32x32"})
  public String shape;

  /** Whether the table is taken as it is, by column batches, or through a filter, by rows. */
  @Param({"scan", "rows"})
  public String plan;

  private BenchmarkSpark spark;
  private Dataset<Row> images;
  private SpillOptions options;

  /** Writes the table. */
  @Setup(Level.Trial)
  public void write() throws IOException {
    options =
        SpillOptions.of(
            shape.equals("1x28x28") ? new ImageShape(1, 28, 28) : new ImageShape(3, 32, 32));
    spark = new BenchmarkSpark("local[1]");
    String hexDigits = "repeat(md5(cast(id as string)), " + options.shape().size() / 32 + 1 + ")";
    String path = spark.directory().resolve("images").toUri().toString();
    spark
        .session()
        .range(IMAGES)
        .selectExpr(
            "cast(left(" + hexDigits + ", " + options.shape().size() + ") as binary) as image",
            "cast(id % 10 as int) as label")
        .coalesce(1)
        .write()
        .parquet(path);
    Dataset<Row> table = spark.session().read().parquet(path);
    images = plan.equals("scan") ? table : table.where(col("label").geq(0));
  }

  /** Stops Spark and removes everything. */
  @TearDown(Level.Trial)
  public void delete() throws IOException {
    spark.close();
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
