package org.e2spark.cli;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;

/** The Spark session of a command; closing stops it if the command has started it. */
final class Session implements AutoCloseable {

  private final SparkSession spark;
  private final boolean own;

  private final Thread hush;

  private Session(SparkSession spark, boolean own) {
    this.spark = spark;
    this.own = own;
    hush = new Thread(this::hush, "e2spark-interrupted");
    Runtime.getRuntime().addShutdownHook(hush);
  }

  /** A driver told to stop takes its cluster down in an order that Spark's parts complain about. */
  private void hush() {
    System.err.println("e2spark: stopped before the end; the same command goes on from there");
    spark.sparkContext().setLogLevel("OFF");
  }

  /**
   * The session that a notebook or cluster already runs, or one as spark-submit has configured it.
   *
   * @param command names the application
   * @throws UsageException when nobody has said where to run
   */
  static Session open(String command) {
    boolean running = isRunning();
    if (!running && new SparkConf().getOption("spark.master").isEmpty()) {
      throw new UsageException(
          "No Spark master is set: run through bin/e2spark or spark-submit, with --master");
    }
    return new Session(
        SparkSession.builder().appName("e2spark " + command).getOrCreate(), !running);
  }

  /** Whether somebody has started Spark in this JVM. */
  static boolean isRunning() {
    return SparkEnv.get() != null; // Without a session, too, as a job of Databricks may find it.
  }

  /** Of the Spark that runs in this JVM, or as one would start with. */
  static SparkConf conf() {
    return isRunning() ? SparkEnv.get().conf() : new SparkConf();
  }

  SparkSession spark() {
    return spark;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hush);
    } catch (IllegalStateException e) {
      return; // the JVM is going down, and Spark with it
    }
    if (own) {
      spark.stop();
    }
  }
}
