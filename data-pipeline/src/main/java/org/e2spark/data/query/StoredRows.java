package org.e2spark.data.query;

import java.util.Iterator;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;

/** Gives the rows of a query to tasks without making objects of them. */
public final class StoredRows {

  private StoredRows() {}

  /**
   * Gives each partition's rows to a task: straight from column batches where the query's plan ends
   * in them (a scan of Parquet and a choice of columns), and else from binary rows.
   */
  public static <T> JavaRDD<T> mapPartitions(
      Dataset<Row> query, FlatMapFunction<Iterator<StoredRow>, T> task) {
    QueryExecution execution = execution(query);
    Optional<ColumnarPlan> columnar = ColumnarPlan.find(execution.executedPlan());
    if (columnar.isPresent()) {
      int[] places = columnar.get().places();
      return columnar
          .get()
          .plan()
          .executeColumnar()
          .toJavaRDD()
          .mapPartitions(batches -> task.call(new BatchRows(batches, places)));
    }
    return execution.toRdd().toJavaRDD().mapPartitions(rows -> task.call(new BinaryRows(rows)));
  }

  /** Whether {@link #mapPartitions} takes a query's rows from column batches. */
  public static boolean inBatches(Dataset<Row> query) {
    return ColumnarPlan.find(execution(query).executedPlan()).isPresent();
  }

  private static QueryExecution execution(Dataset<Row> query) {
    return ((org.apache.spark.sql.classic.Dataset<Row>) query).queryExecution();
  }

  /** Hadoop's configuration with the settings of a session. */
  public static Configuration hadoopConfiguration(SparkSession session) {
    return ((org.apache.spark.sql.classic.SparkSession) session).sessionState().newHadoopConf();
  }
}
