package org.e2spark.data.prepare;

import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Finds a folder that driver and executors all see. */
final class SpillFolder {
  private SpillFolder() {}

  static Path of(SparkSession spark, SpillOptions options) {
    if (options.folder().isPresent()) {
      return options.folder().get();
    }
    String master = spark.sparkContext().master();
    if (!master.startsWith("local")) {
      throw new IllegalArgumentException(
          "Executors of "
              + master
              + " cannot read shards from the driver's local folder: name a folder they all see"
              + " (HDFS, object store, shared disk)");
    }
    return new Path(java.nio.file.Path.of(scratch(spark.sparkContext().conf())).toUri());
  }

  /** The first folder for scratch files; Spark's own way to ask differs between its versions. */
  private static String scratch(SparkConf conf) {
    String folders = System.getenv("SPARK_LOCAL_DIRS");
    if (folders == null) {
      folders = conf.get("spark.local.dir", System.getProperty("java.io.tmpdir"));
    }
    return folders.split(",")[0].strip();
  }
}
