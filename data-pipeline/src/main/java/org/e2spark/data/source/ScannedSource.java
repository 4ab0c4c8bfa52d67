package org.e2spark.data.source;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.e2spark.data.task.TaskBoundary;

/**
 * A source in files, cut into parts that tasks read on their own, in order of id.
 *
 * @param <P> what tells a task which part to read
 */
abstract sealed class ScannedSource<P extends Serializable> extends ReadingSource
    permits IdxSource, CifarSource, Stl10Source, AmatSource, FolderSource {

  private final List<P> parts;
  private final PartFormat<P> format;

  ScannedSource(
      String name,
      ImageShape shape,
      List<String> classNames,
      int tolerated,
      List<P> parts,
      PartFormat<P> format) {
    super(name, shape, classNames, tolerated);
    this.parts = List.copyOf(parts);
    this.format = format;
  }

  @Override
  final JavaRDD<Reading> readings(SparkSession spark, Depth depth) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<SerializableConfiguration> conf =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    PartFormat<P> partFormat = format;
    return TaskBoundary.parallelize(context, parts, parts.size())
        .flatMap(part -> open(partFormat, part, depth, conf.value()));
  }

  private static <P extends Serializable> Iterator<Reading> open(
      PartFormat<P> format, P part, Depth depth, SerializableConfiguration conf) {
    SampleReader reader = format.open(part, depth, conf.value());
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) ended -> reader.close());
    }
    return reader;
  }
}
