package org.e2spark.data.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** A folder of its own and a quiet local Spark for one benchmark; closing removes both. */
final class BenchmarkSpark implements AutoCloseable {
  private final Path directory;
  private final SparkSession spark;

  BenchmarkSpark(String master) throws IOException {
    directory = Files.createTempDirectory("e2spark-benchmark");
    spark =
        SparkSession.builder()
            .master(master)
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.local.dir", directory.toString())
            .config("spark.sql.files.maxPartitionBytes", "1g")
            .config("spark.sql.parquet.compression.codec", "uncompressed")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
  }

  Path directory() {
    return directory;
  }

  SparkSession session() {
    return spark;
  }

  @Override
  public void close() throws IOException {
    spark.stop();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
