package org.e2spark.cli;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.FolderContents;
import org.e2spark.data.task.UserPath;
import org.e2spark.model.Presets;
import org.e2spark.train.TrainOptions;

/** What can be seen to be wrong without Spark, before it takes its seconds to start. */
final class Preflight {

  private Preflight() {}

  /** Hadoop's configuration as the session has it, or will have it. */
  static Configuration configuration() {
    return SparkSession.getDefaultSession().isDefined()
        ? SparkSession.getDefaultSession().get().sparkContext().hadoopConfiguration()
        : SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  /**
   * Checks that there are the preset and the data, and that the options fit them.
   *
   * @throws UsageException if there is no such preset
   * @throws org.e2spark.train.RequirementException if the options do not fit
   * @throws org.e2spark.data.shard.ShardException if there is no such data
   */
  static void train(TrainOptions options) {
    checked(
        () -> {
          if (options.network() == null) {
            Presets.require(options.preset());
          }
          Configuration configuration = configuration();
          Path data = UserPath.qualify(options.data(), configuration);
          ShardManifest manifest = ShardManifest.read(data, configuration);
          options.requireFitting(manifest);
          return manifest;
        });
  }

  /**
   * Checks that a source is there, and that this JVM can read the names in a folder.
   *
   * @param path may have wildcards
   * @throws UsageException if it is not
   * @throws org.e2spark.data.source.BadImageDataException if it cannot
   */
  static void source(String path) {
    Configuration configuration = configuration();
    Path source = UserPath.qualify(path, configuration);
    try {
      FileSystem system = source.getFileSystem(configuration);
      if (system.exists(source)) {
        if (system instanceof LocalFileSystem && system.getFileStatus(source).isDirectory()) {
          FolderContents.of(source, configuration);
        }
        return;
      }
      FileStatus[] matching = system.globStatus(source);
      if (matching == null || matching.length == 0) {
        throw new UsageException("There is nothing at " + source + ": check --from");
      }
    } catch (IOException e) {
      throw new UsageException("Cannot read " + source + ": " + e.getMessage(), e);
    }
  }

  /** What a supplier gives; what it finds wrong with its arguments, the user can mend. */
  static <T> T checked(Supplier<T> given) {
    try {
      return given.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
