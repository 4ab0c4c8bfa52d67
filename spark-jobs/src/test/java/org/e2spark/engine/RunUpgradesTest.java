package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.e2spark.checkpoint.DamagedException;
import org.e2spark.optim.Optimizer;
import org.e2spark.optim.Penalties;
import org.e2spark.optim.Sgd;
import org.e2spark.train.Schedule;
import org.e2spark.train.TrainOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs whose options were names and one penalty, as the options that they meant. */
class RunUpgradesTest {

  private static TrainOptions options(
      String optimizer, String schedule, double decay, String augmentation) {
    String run =
        String.format(
            Locale.ROOT,
            """
            {"options": {"preset": "p", "data": "d", "split": "s", "epochs": 3, "batch": 24,
              "optimizer": "%s", "learningRate": 0.5, "schedule": "%s", "weightDecay": %s,
              "augmentation": %s, "inputScale": "STANDARD", "seed": 11},
             "sourceFingerprint": "f", "provenance": {}}
            """,
            optimizer,
            schedule,
            decay,
            augmentation);
    return RunDirectory.Run.FORMAT.read(run, "run.json").options();
  }

  @Test
  void theSameRunIsKeptInThreeLayouts() throws IOException {
    RunDirectory.Run newest = kept("2.json");
    assertThat(kept("1-unversioned.json")).isEqualTo(newest);
    assertThat(kept("1-names.json")).isEqualTo(newest);
  }

  private static RunDirectory.Run kept(String file) throws IOException {
    try (InputStream in = RunUpgradesTest.class.getResourceAsStream("/formats/run.json/" + file)) {
      return RunDirectory.Run.FORMAT.read(in.readAllBytes(), file);
    }
  }

  @Test
  void optimisersAreTheValuesThatTheirNamesMeant() {
    Penalties decay = Penalties.weightDecay(1e-4);
    assertThat(options("ADAM", "ONE_CYCLE", 1e-4, "\"NONE\"").optimizer())
        .isEqualTo(Optimizer.adam().withPenalties(decay));
    assertThat(options("SGD", "ONE_CYCLE", 0, "\"NONE\"").optimizer())
        .isEqualTo(new Sgd(0.9, Sgd.Style.HEAVY_BALL, Penalties.NONE));
    assertThat(options("NESTEROV", "ONE_CYCLE", 1e-4, "\"NONE\"").optimizer())
        .isEqualTo(new Sgd(0.9, Sgd.Style.NESTEROV, decay));
    assertThatThrownBy(() -> options("ADAGRAD", "ONE_CYCLE", 0, "\"NONE\""))
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("run.json cannot be read as format 1")
        .hasMessageContaining("no optimiser is named 'adagrad'");
  }

  @Test
  void schedulesAreTheValuesThatTheirNamesMeant() {
    assertThat(options("ADAM", "ONE_CYCLE", 0, "\"NONE\"").schedule())
        .isEqualTo(Schedule.OneCycle.DEFAULT);
    assertThat(options("ADAM", "CONSTANT", 0, "\"NONE\"").schedule())
        .isEqualTo(new Schedule.Constant());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"stages\": \"crop:4,flip\"}; crop:4,flip",
        "\"NONE\"; none",
        "\"ROTATION\"; rotate:bilinear",
        "\"SHIFT\"; crop:2",
        "\"SHIFT_ROTATION\"; crop:2,rotate:bilinear"
      })
  void augmentationsAreTheirStages(String then, String now) {
    assertThat(options("ADAM", "ONE_CYCLE", 0, then).augmentation()).hasToString(now);
  }
}
