package org.e2spark.data.task;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Where values cross from the driver to tasks and back: always as bytes that we have made of them.
 *
 * <p>Spark hands elements and results to the serialiser that the cluster is configured with ({@code
 * spark.serializer}). Kryo knows neither records nor immutable collections, and may refuse whatever
 * was not registered; bytes pass under every one. The bytes are those of Spark's serialiser of
 * closures, which finds the classes of jars that were added to a running application.
 */
public final class TaskBoundary {

  private TaskBoundary() {}

  /**
   * Spreads values over tasks.
   *
   * @param partitions at least 1
   */
  public static <T extends Serializable> JavaRDD<T> parallelize(
      JavaSparkContext context, List<T> values, int partitions) {
    List<byte[]> bytes = values.stream().map(TaskBoundary::encode).toList();
    return context.parallelize(bytes, partitions).map(TaskBoundary::<T>decode);
  }

  /** Runs the tasks and returns their values, in the order of the partitions. */
  public static <T extends Serializable> List<T> collect(JavaRDD<T> values) {
    return values.map(TaskBoundary::encode).collect().stream()
        .map(TaskBoundary::<T>decode)
        .toList();
  }

  /** Starts the tasks; {@link #decode(List)} makes values of what they return. */
  public static <T extends Serializable> JavaFutureAction<List<byte[]>> collectAsync(
      JavaRDD<T> values) {
    return values.map(TaskBoundary::encode).collectAsync();
  }

  /** The values that tasks returned. */
  public static <T extends Serializable> List<T> decode(List<byte[]> returned) {
    return returned.stream().map(TaskBoundary::<T>decode).toList();
  }

  /** Gives every executor that asks one value, until the broadcast is destroyed. */
  public static <T extends Serializable> Broadcast<byte[]> broadcast(
      JavaSparkContext context, T value) {
    return context.broadcast(encode(value));
  }

  /** The value of a broadcast. */
  public static <T extends Serializable> T valueOf(Broadcast<byte[]> broadcast) {
    return decode(broadcast.value());
  }

  private static byte[] encode(Object value) {
    ByteBuffer buffer = serializer().serialize(value, any());
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static <T> T decode(byte[] bytes) {
    return serializer()
        .deserialize(ByteBuffer.wrap(bytes), Thread.currentThread().getContextClassLoader(), any());
  }

  private static SerializerInstance serializer() {
    return SparkEnv.get().closureSerializer().newInstance();
  }

  @SuppressWarnings("unchecked") // a tag of Object serves every class: the bytes say which it is
  private static <T> ClassTag<T> any() {
    return (ClassTag<T>) ClassTag$.MODULE$.Object();
  }
}
