package org.e2spark.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.engine.RunSummary;
import org.e2spark.events.EpochMetrics;
import org.e2spark.text.Text;

/** What came out of a run, in a few numbers. */
final class Outcome {

  private Outcome() {}

  static Map<String, String> of(RunReport.Entry entry) {
    RunSummary run = entry.run();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("state", run.model().isPresent() ? "finished" : "not finished");
    run.model()
        .ifPresent(
            model -> {
              facts.put("network", model.preset());
              facts.put("parameters", Text.format("%,d", model.parameters()));
            });
    List<EpochMetrics> history = run.history();
    facts.put("epochs", Integer.toString(history.size()));
    if (!history.isEmpty()) {
      EpochMetrics last = history.get(history.size() - 1);
      facts.put("images seen", Text.format("%,d", last.samples()));
      facts.put("training loss, last epoch", Text.format("%.4f", last.loss()));
      facts.put("training error, last epoch", RunReport.percent(1 - last.accuracy()));
      history.stream()
          .flatMap(epoch -> epoch.validation().stream())
          .reduce((earlier, later) -> later)
          .ifPresent(
              found ->
                  facts.put(
                      "error on " + run.validated() + " while training",
                      RunReport.percent(1 - found.accuracy())));
    }
    entry
        .evaluation()
        .ifPresent(
            found ->
                facts.put(
                    "error on " + found.split(),
                    Text.format(
                        "%s (%,d of %,d)",
                        RunReport.percent(found.errorRate()), found.errors(), found.samples())));
    return facts;
  }
}
