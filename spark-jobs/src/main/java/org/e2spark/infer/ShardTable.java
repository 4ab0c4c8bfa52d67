package org.e2spark.infer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.engine.ClusterPreflight;

/** A split of prepared shards as a DataFrame, in the order in which it is stored. */
final class ShardTable {

  static final String IMAGE = "image";

  private static final int PARTS_A_SLOT = 4;
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("label", DataTypes.IntegerType, false)
          .add(IMAGE, DataTypes.BinaryType, false);

  private ShardTable() {}

  /**
   * The samples {@code id}, {@code label} and {@code image}: bytes, (channels, height, width).
   *
   * @throws org.e2spark.data.shard.ShardException when there is no such split
   */
  static Dataset<Row> rows(SparkSession spark, Path directory, String split) {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    long samples = ShardManifest.read(directory, configuration).split(split).samples();
    long wanted = (long) new ClusterPreflight(spark.sparkContext()).slots() * PARTS_A_SLOT;
    int parts = (int) Math.max(1, Math.min(samples, wanted));
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      ranges.add(new Range(samples * i / parts, samples * (i + 1) / parts));
    }
    RangeTask task =
        new RangeTask(directory.toString(), split, new SerializableConfiguration(configuration));
    return spark.createDataFrame(
        TaskBoundary.parallelize(
                JavaSparkContext.fromSparkContext(spark.sparkContext()), ranges, parts)
            .flatMap(task),
        SCHEMA);
  }

  private record Range(long from, long to) implements java.io.Serializable {}

  private record RangeTask(String directory, String split, SerializableConfiguration storage)
      implements FlatMapFunction<Range, Row> {

    @Override
    public Iterator<Row> call(Range range) {
      ShardDataset shards = ShardDataset.open(new Path(directory), split, storage.value());
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) end -> shards.close());
      int size = shards.manifest().shape().size();
      return LongStream.range(range.from(), range.to())
          .mapToObj(sample -> row(shards, sample, size))
          .iterator();
    }

    private static Row row(ShardDataset shards, long sample, int size) {
      byte[] pixels = new byte[size];
      shards.copyImage(sample, ByteBuffer.wrap(pixels), 0);
      return RowFactory.create(shards.id(sample), shards.label(sample), pixels);
    }
  }
}
