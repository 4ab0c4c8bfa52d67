package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TimeShares;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.ValidationMetrics;
import org.junit.jupiter.api.Test;

class ProgressConsoleTest {

  @Test
  void aTrainingIsShownWithAllThatTellsHowItGoes() {
    StringWriter written = new StringWriter();
    TimeShares shares = new TimeShares(0.02, 0.95, 0.03);
    try (ProgressConsole console =
        new ProgressConsole(new PrintWriter(written), "quickstart/c8", 4)) {
      console.happened(new TrainEvent.Started(4_000, 0));
      console.happened(new TrainEvent.Progressed(0, 500, 1.25, 0.5));
      console.happened(
          new TrainEvent.Validated("dev", new ValidationMetrics(0, 1_000, 0.5, 0.9375), true));
      console.happened(
          new TrainEvent.EpochFinished(
              new EpochMetrics(0, 1_000, 0.75, 0.8125, 123.4, shares, List.of())));
    }
    List<String> lines = written.toString().lines().toList();
    assertThat(lines).contains("measured on dev: loss 0.5000, error 6.25 %, the best so far");
    assertThat(lines)
        .contains(
            "epoch 1/4: loss 0.7500, error 18.75 %, 123.4 images/s; time: 2 % waiting for images,"
                + " 95 % computing, 3 % synchronising");
    assertThat(lines)
        .as("done, speed, left and elapsed, in digits that are those of every locale")
        .anyMatch(
            line ->
                line.matches(
                    "quickstart/c8 \\[==> {5}\\]  25% [0-9]+\\.[0-9] images/s [0-9]+:[0-9]{2} left"
                        + " loss 0\\.7500 error 18\\.75 % epoch 1/4"
                        + " \\(1000/4000 images in [0-9]+:[0-9]{2}\\)"));
  }
}
