package org.e2spark.data.prepare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.source.ImageSource;

/**
 * Prepares the MNIST sample in a JVM of its own, once for each argument after the folder, which is
 * {@code NAME=MASTER}: into folders of these names, and is killed in the last.
 */
final class PrepareMain {
  /** Shards of the last preparation that have their names when it is killed. */
  static final int KILLED_AT = 5;

  private PrepareMain() {}

  static PrepareOptions options() {
    return PrepareOptions.builder()
        .seed(7)
        .rotation(Interpolation.BILINEAR)
        .padding(29, 29)
        .recordBatchRows(64)
        .maxShardBytes(200_000)
        .build();
  }

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    ImageSource source = MnistSample.extract(folder.resolve("raw"));
    for (int i = 1; i < args.length; i++) {
      String[] run = args[i].split("=", 2);
      Path shards = folder.resolve(run[0]);
      try (SparkSession spark =
          SparkSession.builder()
              .master(run[1])
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .getOrCreate()) {
        if (i == args.length - 1) {
          spark.sparkContext().addSparkListener(new KillAt(shards, KILLED_AT));
        }
        PrepareJob.run(spark, source, new org.apache.hadoop.fs.Path(shards.toUri()), options());
      }
    }
  }

  /** Ends the process at once, as a kill would, when a number of shards have their names. */
  private static final class KillAt extends SparkListener {
    private final Path shards;
    private final int count;

    KillAt(Path shards, int count) {
      this.shards = shards;
      this.count = count;
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (finished(shards) >= count) {
        Runtime.getRuntime().halt(137);
      }
    }
  }

  static long finished(Path shards) {
    if (!Files.isDirectory(shards)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(shards)) {
      return files.filter(file -> file.toString().endsWith(".arrow")).count();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
