package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.prepare.DuplicateReport;
import org.e2spark.data.prepare.PrepareJob;
import org.e2spark.data.prepare.PrepareOptions;
import org.e2spark.data.prepare.PrepareReport;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.source.FileAccount;
import org.e2spark.data.source.ImageSource;
import org.e2spark.data.source.SourceReport;
import org.e2spark.data.source.known.SourceCatalog;
import org.e2spark.data.source.known.SourceOption;
import org.e2spark.data.source.known.SourceOptions;
import org.e2spark.data.task.UserPath;
import org.e2spark.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark prepare}. */
@Command(
    name = "prepare",
    resourceBundle = "org.e2spark.cli.SourceNames",
    description = "Turns raw images into checked Arrow shards that train and evaluate read.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Every set comes out as it was published: no padding, no scaling, no validation split.",
      "The sets' files are verified by checksum; e2spark fetch downloads them."
    })
final class PrepareCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SET",
      description = "A published set: ${bundle:sets}; or a format: ${bundle:formats}.")
  private String set;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DIR",
      description = "The folder of the raw files, under their own names.")
  private String from;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The shard directory to write: new, or left by an interrupted run of the same.")
  private String out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Of every random choice.")
  private long seed;

  @Mixin private SourceFlags sourceFlags;

  @Mixin private PrepareFlags prepareFlags;

  @Override
  public Integer call() {
    try {
      PrepareOptions.Size size =
          SourceOption.SIZE.formats().contains(set) ? prepareFlags.size() : null;
      SourceOptions sourceOptions =
          sourceFlags.options(
              seed, size == null ? null : new SourceOptions.Size(size.height(), size.width()));
      SourceCatalog.check(set, sourceOptions);
      PrepareOptions options = prepareFlags.options(seed);
      Preflight.source(from);
      try (Session session = Session.open("prepare")) {
        SparkSession spark = session.spark();
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        Path output = UserPath.qualify(out, configuration);
        String input = UserPath.qualify(from, configuration).toString();
        SourceCatalog.Opened opened = SourceCatalog.openWithFiles(spark, set, input, sourceOptions);
        ImageSource source = opened.source();
        PrintWriter console = spec.commandLine().getOut();
        PrepareReport report = PrepareJob.run(spark, source, output, options);
        print(console, report, out);
        opened.files().ifPresent(files -> printFiles(console, files));
        SourceReport found = source.check(spark);
        printUntrained(console, found, source.classNames());
        printLeftOut(console, found.skipped().size());
        return 0;
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  static void print(PrintWriter console, PrepareReport report, String out) {
    ShardManifest manifest = report.manifest();
    console.printf(
        Locale.ROOT,
        "Shards: %s (%d written, %d there already)%n",
        out,
        report.written(),
        report.reused());
    manifest
        .splits()
        .forEach(
            (name, split) ->
                console.printf(Locale.ROOT, "  %s: %,d images%n", name, split.samples()));
    console.printf(
        Locale.ROOT, "Images: %s, %d classes%n", manifest.shape(), manifest.classNames().size());
    printWeights(console, manifest);
    report
        .notes()
        .forEach(
            note ->
                console.printf(
                    Locale.ROOT,
                    "Note: %s in %,d images, as %s%n",
                    note.text(),
                    note.images(),
                    note.example()));
    report.duplicates().ifPresent(found -> printDuplicates(console, found));
  }

  private static void printWeights(PrintWriter console, ShardManifest manifest) {
    if (!manifest.splits().containsKey(PrepareOptions.TRAIN)) {
      return;
    }
    double[] weights = manifest.classWeights(PrepareOptions.TRAIN);
    List<String> names = manifest.classNames();
    StringBuilder line = new StringBuilder();
    for (int label = 0; label < weights.length; label++) {
      line.append(Text.format(" %s=%.3f", names.get(label), weights[label]));
    }
    console.println("Class weights of train:" + line);
  }

  private static void printDuplicates(PrintWriter console, DuplicateReport found) {
    console.printf(
        Locale.ROOT,
        "Duplicates: %,d images occur more than once (%,d copies too many; %,d with different"
            + " labels, %,d in different splits)%n",
        found.groups(),
        found.extraCopies(),
        found.conflictingLabels(),
        found.acrossSplits());
  }

  private static void printFiles(PrintWriter console, FileAccount files) {
    console.printf(Locale.ROOT, "Files: %,d seen, %,d read%n", files.seen(), files.read());
    for (FileAccount.LeftOut left : files.leftOut()) {
      console.printf(
          Locale.ROOT, "  left out: %,d, %s, as %s%n", left.files(), left.reason(), left.example());
    }
  }

  private static void printUntrained(
      PrintWriter console, SourceReport found, List<String> classNames) {
    if (!found.untrained().isEmpty()) {
      console.println(
          "Warning: test images of classes that have none to train on: "
              + String.join(", ", found.untrained().stream().map(classNames::get).toList()));
    }
  }

  private static void printLeftOut(PrintWriter console, int records) {
    if (records > 0) {
      console.printf(Locale.ROOT, "Left out: %,d bad records, named in the log%n", records);
    }
  }
}
