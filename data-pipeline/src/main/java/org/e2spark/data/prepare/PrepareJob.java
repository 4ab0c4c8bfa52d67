package org.e2spark.data.prepare;

import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.ImageSource;

/** Turns an image source into a shard directory. */
public final class PrepareJob {
  private PrepareJob() {}

  /**
   * Prepares a source's images and writes them as shards.
   *
   * @param spark the session that does the work
   * @param source the images
   * @param output the shard directory: new, empty, or left by an interrupted run of this very job,
   *     which is then resumed
   * @param options what to do with the images
   * @throws org.e2spark.data.shard.OutputConflictException if the directory holds something else
   * @throws org.e2spark.data.source.BadImageDataException if an image or label does not fit
   */
  public static PrepareReport run(
      SparkSession spark, ImageSource source, Path output, PrepareOptions options) {
    throw new UnsupportedOperationException();
  }
}
