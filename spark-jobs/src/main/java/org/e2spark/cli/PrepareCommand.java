package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.prepare.PrepareJob;
import org.e2spark.data.prepare.PrepareOptions;
import org.e2spark.data.prepare.PrepareReport;
import org.e2spark.data.source.IdxSource;
import org.e2spark.data.source.ImageSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark prepare}. */
@Command(
    name = "prepare",
    description = "Turns raw images into checked Arrow shards that train and evaluate read.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    showDefaultValues = true)
final class PrepareCommand implements Callable<Integer> {

  /** Data sets by name. */
  enum DataSet {
    /** MNIST's four IDX files, as they are. */
    MNIST,
    /** MNIST's four IDX files, each image rotated once by a uniform random angle. */
    MNIST_ROT
  }

  private static final int MNIST_SIDE = 29;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DATASET",
      description = "mnist (as it is) or mnist-rot (turned by random angles).")
  private DataSet dataSet;

  @Option(
      names = "--from",
      required = true,
      description = "The directory of the raw files, under their own names.")
  private String from;

  @Option(names = "--out", required = true, description = "The shard directory to write.")
  private String out;

  @Option(
      names = "--copies",
      defaultValue = "1",
      description = "Copies of each training image, each turned by its own angle.")
  private int copies;

  @Option(names = "--seed", defaultValue = "1", description = "Of every random choice.")
  private long seed;

  @Override
  public Integer call() {
    try (Session session = Session.open("prepare")) {
      ImageSource source = source(session.spark());
      PrepareReport report =
          PrepareJob.run(session.spark(), source, new Path(out), options(dataSet, copies, seed));
      print(spec.commandLine().getOut(), report, out);
      return 0;
    }
  }

  private ImageSource source(SparkSession spark) {
    Path directory = new Path(from);
    return IdxSource.builder()
        .split(
            "train",
            file(directory, "train-images-idx3-ubyte.gz"),
            file(directory, "train-labels-idx1-ubyte.gz"))
        .split(
            "test",
            file(directory, "t10k-images-idx3-ubyte.gz"),
            file(directory, "t10k-labels-idx1-ubyte.gz"))
        .open(spark.sparkContext().hadoopConfiguration());
  }

  private static String file(Path directory, String name) {
    return new Path(directory, name).toString();
  }

  /** Images of 29 by 29 have a centre pixel, so every stride of two meets it. */
  static PrepareOptions options(DataSet dataSet, int copies, long seed) {
    PrepareOptions.Builder options =
        PrepareOptions.builder().seed(seed).copies(copies).padding(MNIST_SIDE, MNIST_SIDE);
    if (dataSet == DataSet.MNIST_ROT) {
      options.rotation(Interpolation.BILINEAR);
    }
    return options.build();
  }

  static void print(PrintWriter console, PrepareReport report, String out) {
    console.printf(
        Locale.ROOT,
        "Shards: %s (%d written, %d there already)%n",
        out,
        report.written(),
        report.reused());
    report
        .manifest()
        .splits()
        .forEach(
            (name, split) ->
                console.printf(Locale.ROOT, "  %s: %,d images%n", name, split.samples()));
    console.flush();
  }
}
