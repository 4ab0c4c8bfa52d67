package org.e2spark.data.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_extract;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Images in a column of a table: Parquet, Delta, Spark's {@code image} and {@code binaryFile}
 * sources, or any other DataFrame.
 *
 * <p>Ids are a column's if named; otherwise the rank of the row in a total order (of its path, or
 * of its image, label and split), so that they do not depend on partitioning; that costs a sort.
 */
public final class TableSource extends ReadingSource {

  /** The columns image, label, split and, if the table has ids, id. */
  private final Dataset<Row> columns;

  private final List<Column> order;
  private final TableDecoder decoder;

  TableSource(
      Dataset<Row> columns,
      List<Column> order,
      TableDecoder decoder,
      List<String> classNames,
      int tolerated) {
    super(decoder.table(), decoder.decoder().shape(), classNames, tolerated);
    this.columns = columns;
    this.order = order;
    this.decoder = decoder;
  }

  /** Starts a source of a table; {@code name} is what errors call it. */
  public static TableSourceBuilder builder(Dataset<Row> table, String name) {
    return new TableSourceBuilder(table, name);
  }

  /** Starts a source of Parquet files. */
  public static TableSourceBuilder parquet(SparkSession spark, String path) {
    return builder(load(spark, "parquet", path), path);
  }

  /**
   * Starts a source of a Delta table.
   *
   * @throws BadImageDataException if it cannot be loaded; Delta's own jar must be on the class path
   */
  public static TableSourceBuilder delta(SparkSession spark, String path) {
    return builder(load(spark, "delta", path), path);
  }

  /**
   * Starts a source of image files by Spark's {@code image} source; the label is the name of a
   * file's folder.
   */
  public static TableSourceBuilder sparkImages(SparkSession spark, String folder) {
    Dataset<Row> table =
        spark
            .read()
            .format("image")
            .option("recursiveFileLookup", "true")
            .load(folder)
            .withColumn("path", col("image.origin"));
    return ofPaths(table, folder).imageColumn("image", TableImages.SPARK_IMAGE);
  }

  /**
   * Starts a source of image files by Spark's {@code binaryFile} source; the label is the name of a
   * file's folder.
   */
  public static TableSourceBuilder binaryFiles(SparkSession spark, String folder) {
    Dataset<Row> table =
        spark.read().format("binaryFile").option("recursiveFileLookup", "true").load(folder);
    return ofPaths(table, folder).imageColumn("content", TableImages.ENCODED);
  }

  private static TableSourceBuilder ofPaths(Dataset<Row> table, String folder) {
    Column parent = regexp_extract(col("path"), "([^/]+)/[^/]*$", 1);
    return builder(table.withColumn("label", parent), folder).labelColumn("label").orderBy("path");
  }

  /**
   * Starts a source of Parquet files that stand for splits.
   *
   * @param paths of the files of each split
   */
  public static TableSourceBuilder parquet(
      SparkSession spark, Map<String, List<String>> paths, String name) {
    Dataset<Row> all = null;
    for (Map.Entry<String, List<String>> split : paths.entrySet()) {
      Dataset<Row> part =
          load(spark, "parquet", split.getValue().toArray(String[]::new))
              .withColumn("split", lit(split.getKey()));
      all = all == null ? part : all.unionByName(part);
    }
    return builder(Objects.requireNonNull(all, "no split"), name).splitColumn("split");
  }

  private static Dataset<Row> load(SparkSession spark, String format, String... paths) {
    String path = paths[0];
    try {
      return spark.read().format(format).load(paths);
    } catch (RuntimeException e) {
      throw unreadable(path, format, String.valueOf(e), e);
    } catch (Exception e) { // Spark's Scala code throws AnalysisException undeclared
      throw unreadable(path, format, String.valueOf(e.getMessage()), e);
    }
  }

  /** Names the file, where Spark knows which of the table's it could not read. */
  private static BadImageDataException unreadable(
      String path, String format, String found, Exception failure) {
    BadImageDataException named = BadImageDataException.findIn(failure);
    return named != null
        ? named
        : new BadImageDataException(path, "a readable " + format + " table", found, failure);
  }

  @Override
  JavaRDD<Reading> readings(SparkSession spark, Depth depth) {
    TableDecoder rowDecoder = decoder;
    boolean ranked = !order.isEmpty();
    if (depth == Depth.LABELS) {
      Dataset<Row> labels = columns.withColumn("image", lit(null).cast("binary"));
      return labels
          .toJavaRDD()
          .map(
              row ->
                  ranked
                      ? rowDecoder.decode(row, TableDecoder.UNRANKED, depth)
                      : rowDecoder.decodeWithId(row, depth));
    }
    if (!ranked) {
      return rows().toJavaRDD().map(row -> rowDecoder.decodeWithId(row, depth));
    }
    return rows()
        .toJavaRDD()
        .zipWithIndex()
        .map(numbered -> rowDecoder.decode(numbered._1(), numbered._2(), depth));
  }

  /** The table's rows, in the order that ranks them if no column holds their ids. */
  Dataset<Row> rows() {
    return order.isEmpty() ? columns : columns.orderBy(order.toArray(Column[]::new));
  }
}
