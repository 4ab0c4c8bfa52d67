package org.e2spark.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.RunSummary;
import org.e2spark.infer.EvaluateJob;
import org.e2spark.infer.Evaluation;
import org.e2spark.report.RunReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark report}. */
@Command(
    name = "report",
    description =
        "Writes one self-contained HTML page about one run, or several beside each other: curves, where the "
            + "time went, options, provenance; with --data also which classes are confused, and the "
            + "surest mistakes. Without --data it starts no Spark.",
    mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", arity = "1..*", description = "Directories of runs.")
  private List<String> runs;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.html",
      description = "The page, on this machine.")
  private java.nio.file.Path out;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Shards to measure the models on, which are then finished ones.")
  private String data;

  @Option(names = "--split", defaultValue = "test", description = "The split to measure on.")
  private String split;

  @Override
  public Integer call() {
    requireWritable();
    Configuration configuration = Preflight.configuration();
    List<RunSummary> summaries = new ArrayList<>();
    List<Path> paths = new ArrayList<>();
    for (String run : runs) {
      Path path = UserPath.qualify(run, configuration);
      paths.add(path);
      summaries.add(RunSummary.read(path, configuration));
      if (data != null) {
        EvaluateJob.check(run, data, split, configuration);
      }
    }
    write(new RunReport(entries(RunNames.of(paths), summaries)).page());
    spec.commandLine().getOut().println("Report: " + out);
    return 0;
  }

  private void requireWritable() {
    java.nio.file.Path folder = out.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(out)) {
      throw new UsageException("Cannot write " + out + ": name a file in a folder that exists");
    }
  }

  private List<RunReport.Entry> entries(List<String> names, List<RunSummary> summaries) {
    List<RunReport.Entry> entries = new ArrayList<>();
    if (data == null) {
      for (int i = 0; i < runs.size(); i++) {
        entries.add(new RunReport.Entry(names.get(i), summaries.get(i), Optional.empty()));
      }
      return entries;
    }
    try (Session session = Session.open("report")) {
      for (int i = 0; i < runs.size(); i++) {
        Evaluation evaluation = EvaluateJob.run(session.spark(), runs.get(i), data, split);
        entries.add(new RunReport.Entry(names.get(i), summaries.get(i), Optional.of(evaluation)));
      }
    }
    return entries;
  }

  private void write(String page) {
    try {
      Files.writeString(out, page);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + out + ": " + e.getMessage(), e);
    }
  }
}
