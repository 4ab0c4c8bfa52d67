package org.e2spark.cli;

import org.e2spark.text.Text;

/** The one Spark line that e2spark runs on. */
final class SparkVersion {
  private static final String SUPPORTED = "4.0.";

  private SparkVersion() {}

  /**
   * Refuses every other Spark before any of its classes that changed between versions is touched.
   *
   * @param running the version that the cluster's Spark says it is, like {@code 4.0.1}
   * @throws UsageException if it is not a 4.0
   */
  static void check(String running) {
    if (!running.startsWith(SUPPORTED)) {
      throw new UsageException(
          Text.format(
              "Spark %s is not supported: e2spark is built for Spark 4.0.1 (Scala 2.13). Submit to a Spark 4.0"
                  + " cluster (Databricks 17.3 LTS is one), or unset SPARK_HOME to use the launcher's own.",
              running));
    }
  }

  static String running() {
    return org.apache.spark.package$.MODULE$.SPARK_VERSION();
  }
}
