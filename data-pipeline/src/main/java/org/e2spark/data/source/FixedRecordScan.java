package org.e2spark.data.source;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Reads blocks of fixed-size records by parallel tasks, a range of records each. */
final class FixedRecordScan {

  /** Bytes a task reads: enough to make its start-up small, few enough to use every core. */
  private static final long RANGE_BYTES = 8L << 20;

  private FixedRecordScan() {}

  static Dataset<Row> read(SparkSession spark, List<RecordBlock> blocks, RecordLayout layout) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> conf =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    List<RecordBlock> ranges = ranges(blocks, layout);
    JavaRDD<Row> rows =
        context
            .parallelize(ranges, ranges.size())
            .flatMap(range -> rows(range, layout, conf.value()));
    return spark.createDataFrame(rows, ImageSource.SCHEMA);
  }

  private static Iterator<Row> rows(
      RecordBlock range, RecordLayout layout, SerializableConfiguration conf) {
    FixedRecordReader reader = new FixedRecordReader(range, layout, conf.value());
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) ended -> reader.close());
    }
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return reader.hasNext();
      }

      @Override
      public Row next() {
        return reader.next().toRow();
      }
    };
  }

  /** Cuts the blocks into ranges in order; a compressed file can only be read from its start. */
  static List<RecordBlock> ranges(List<RecordBlock> blocks, RecordLayout layout) {
    long step = Math.max(1, RANGE_BYTES / layout.recordBytes());
    List<RecordBlock> ranges = new ArrayList<>();
    for (RecordBlock block : blocks) {
      if (!block.images().isSeekable()) {
        ranges.add(block);
        continue;
      }
      for (long from = 0; from < block.records(); from += step) {
        ranges.add(block.slice(from, Math.min(step, block.records() - from)));
      }
    }
    return ranges;
  }
}
