package org.e2spark.ml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.e2spark.events.EpochMetrics;
import org.e2spark.events.TimeShares;
import org.e2spark.events.ValidationMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EquivariantTrainingSummaryTest {

  @Test
  void restsOnDiskAsItWas(@TempDir Path folder) {
    List<EpochMetrics> epochs =
        List.of(
            new EpochMetrics(
                0,
                100,
                0.5,
                0.75,
                12.5,
                new TimeShares(0.25, 0.5, 0.25),
                List.of(new ValidationMetrics(0, 100, 0.4, 0.8))),
            new EpochMetrics(1, 200, 0.25, 0.875, 12, TimeShares.UNKNOWN, List.of()));
    Path file = folder.resolve("summary");
    new EquivariantTrainingSummary(epochs).save(file);
    assertThat(EquivariantTrainingSummary.load(file).epochs()).isEqualTo(epochs);
  }
}
