package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.e2spark.text.Text;

/** Networks beside each other: means over their runs, and how far single ones are from them. */
final class ComparisonTable {

  private final Map<String, List<Run>> runs = new LinkedHashMap<>();

  /**
   * One training.
   *
   * @param network its name
   * @param parameters of the network
   * @param error on the test images, percent
   * @param seconds of training
   */
  record Run(String network, long parameters, double error, double seconds) {}

  void add(Run run) {
    runs.computeIfAbsent(run.network, name -> new ArrayList<>()).add(run);
  }

  /** A line for each network, in the order in which they came. */
  void print(PrintWriter console) {
    console.printf(
        Locale.ROOT, "%n%-22s %12s %16s %10s%n", "network", "parameters", "test error", "seconds");
    runs.forEach(
        (network, ofNetwork) -> {
          DoubleSummaryStatistics errors = statistics(ofNetwork, Run::error);
          String range =
              ofNetwork.size() == 1
                  ? ""
                  : Text.format("  (%.1f to %.1f %%)", errors.getMin(), errors.getMax());
          console.printf(
              Locale.ROOT,
              "%-22s %,12d %14.2f %% %10.1f%s%n",
              network,
              ofNetwork.get(0).parameters,
              errors.getAverage(),
              statistics(ofNetwork, Run::seconds).getAverage(),
              range);
        });
  }

  private static DoubleSummaryStatistics statistics(List<Run> runs, ToDoubleFunction<Run> value) {
    return runs.stream().mapToDouble(value).summaryStatistics();
  }
}
