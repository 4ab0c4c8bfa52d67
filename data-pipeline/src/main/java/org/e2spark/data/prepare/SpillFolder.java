package org.e2spark.data.prepare;

import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.Utils;

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
    return new Path(java.nio.file.Path.of(Utils.getLocalDir(spark.sparkContext().conf())).toUri());
  }
}
