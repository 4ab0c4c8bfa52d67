package org.e2spark.cli;

import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command; closing stops it if the command has started it. */
final class Session implements AutoCloseable {

  private final SparkSession spark;
  private final boolean own;

  private Session(SparkSession spark, boolean own) {
    this.spark = spark;
    this.own = own;
  }

  /**
   * The session that a notebook or cluster already runs, or one as spark-submit has configured it.
   *
   * @param command names the application
   * @throws UsageException when nobody has said where to run
   */
  static Session open(String command) {
    boolean running = SparkSession.getDefaultSession().isDefined();
    if (!running && new SparkConf().getOption("spark.master").isEmpty()) {
      throw new UsageException(
          "No Spark master is set: run through bin/e2spark or spark-submit, with --master");
    }
    return new Session(
        SparkSession.builder().appName("e2spark " + command).getOrCreate(), !running);
  }

  SparkSession spark() {
    return spark;
  }

  @Override
  public void close() {
    if (own) {
      spark.stop();
    }
  }
}
