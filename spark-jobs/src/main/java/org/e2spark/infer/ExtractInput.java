package org.e2spark.infer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.TableImages;
import org.e2spark.train.RequirementException;

/**
 * Where images to extract from are: what a folder is, its contents say.
 *
 * @param rows the DataFrame
 * @param column of its images
 * @param binary what that holds, if it is binary
 * @param copied whether the images go to the output with the other columns; pixels of shards and
 *     contents of files do not
 */
record ExtractInput(Dataset<Row> rows, String column, TableImages binary, boolean copied) {

  private static final String CONTENT = "content";

  /**
   * Opens shards, a table or a folder of image files, every one of which is taken.
   *
   * @throws RequirementException when there is nothing
   */
  static ExtractInput open(SparkSession spark, ExtractOptions options) {
    Configuration configuration = spark.sparkContext().hadoopConfiguration();
    Path path = new Path(options.from());
    try {
      FileSystem system = path.getFileSystem(configuration);
      if (!system.exists(path)) {
        throw new RequirementException("There is nothing at " + path);
      }
      if (system.exists(new Path(path, ShardManifest.FILE_NAME))) {
        Dataset<Row> rows = ShardTable.rows(spark, path, options.split());
        return new ExtractInput(rows, ShardTable.IMAGE, TableImages.CHW_BYTES, false);
      }
      if (system.exists(new Path(path, "_delta_log"))) {
        return table(spark.read().format("delta").load(path.toString()), options);
      }
      if (isParquet(system, path)) {
        return table(spark.read().parquet(path.toString()), options);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
    }
    Dataset<Row> files =
        spark
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", "true")
            .load(path.toString());
    return new ExtractInput(files, CONTENT, TableImages.ENCODED, false);
  }

  private static ExtractInput table(Dataset<Row> rows, ExtractOptions options) {
    return new ExtractInput(rows, options.imageColumn(), options.binary(), true);
  }

  /** Whether there are Parquet files, in folders of partitions ({@code column=value}) or not. */
  private static boolean isParquet(FileSystem system, Path folder) throws IOException {
    for (FileStatus file : system.listStatus(folder)) {
      String name = file.getPath().getName();
      if (file.isDirectory()
          ? name.contains("=") && isParquet(system, file.getPath())
          : name.toLowerCase(Locale.ROOT).endsWith(".parquet")) {
        return true;
      }
    }
    return false;
  }
}
