package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.data.shard.ManifestException;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainEvent;
import org.e2spark.events.TrainListener;
import org.e2spark.infer.EvaluateJob;
import org.e2spark.infer.Evaluation;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.RequirementException;
import org.e2spark.train.Span;
import org.e2spark.train.StartOptions;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.UpdateOptions;
import org.e2spark.train.Validation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs that validate, stop early, save the best weights, and start from a saved model. */
@ExtendWith(SparkExtension.class)
@Timeout(120)
class ValidatedRunTest {

  private static final String PRESET = "quickstart/cnn";

  @TempDir static Path folder;
  private static String shards;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException {
    shards = TestDigits.prepare(spark, folder, 240, 60);
  }

  private static RunOptions run(String name) {
    return RunOptions.in(folder.resolve(name).toUri().toString()).withWorkers(2);
  }

  private static TrainOptions.Builder options(int epochs) {
    return TestDigits.options(shards, PRESET, epochs, 24).toBuilder();
  }

  @Test
  void theBestWeightsAreSavedAndAnotherTrainingStartsFromThem(SparkSession spark)
      throws IOException {
    Validation stopping =
        Validation.on("test")
            .withEvery(Span.samples(120))
            .withMinDelta(1e6)
            .withPatience(2)
            .withBestRestored();
    TrainOptions options =
        options(5).validation(stopping).update(UpdateOptions.NONE.withAverageDecay(0.5)).build();
    List<TrainEvent.Validated> heard = Collections.synchronizedList(new ArrayList<>());
    TrainListener listener =
        event -> {
          if (event instanceof TrainEvent.Validated validated) {
            heard.add(validated);
          }
        };
    TrainResult result = TrainJob.run(spark, options, run("stopped"), listener);
    assertThat(heard).extracting(TrainEvent.Validated::isBest).containsExactly(true, false, false);
    assertThat(result.history()).hasSize(2);
    assertThat(result.history().get(1).samples()).isEqualTo(360);
    assertThat(result.card().samples()).isEqualTo(120);
    assertThat(result.card().provenance().get("weights"))
        .isEqualTo("best in validation, after 120 samples, averaged with decay 0.5");
    Evaluation again = EvaluateJob.run(spark, result.model(), shards, "test");
    assertThat(again.loss()).isCloseTo(heard.get(0).metrics().loss(), within(1e-4));
    JsonNode metrics = new ObjectMapper().readTree(folder.resolve("stopped/metrics.json").toFile());
    assertThat(metrics.get(0).get("validation").get(0).get("loss").doubleValue())
        .isEqualTo(heard.get(0).metrics().loss());
    assertThat(TrainJob.run(spark, options, run("stopped"), TrainListener.NONE).history())
        .hasSize(2);

    startsFrom(spark, run("stopped").output());
  }

  private static void startsFrom(SparkSession spark, String model) throws IOException {
    StartOptions withFrozenFeatures =
        StartOptions.SEED.withModel(model).withFrozen(List.of("^features"));
    TrainOptions options = options(1).start(withFrozenFeatures).build();
    TrainJob.run(spark, options, run("warm"), TrainListener.NONE);
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> before = weights("stopped", manager);
      Map<String, NDArray> after = weights("warm", manager);
      assertThat(before.keySet()).isEqualTo(after.keySet()).anyMatch(n -> n.startsWith("features"));
      after.forEach(
          (name, value) ->
              assertThat(value.contentEquals(before.get(name)))
                  .as(name)
                  .isEqualTo(name.startsWith("features")));
    }
    assertThatThrownBy(
            () ->
                TrainJob.run(
                    spark,
                    options(1).start(StartOptions.SEED.withModel(model)).build(),
                    NetworkFactory.preset("quickstart/c8"),
                    run("other"),
                    TrainListener.NONE))
        .isInstanceOf(RequirementException.class)
        .hasMessageContaining("--reinitialize");
    assertThat(folder.resolve("other")).doesNotExist();
  }

  private static Map<String, NDArray> weights(String run, NDManager manager) throws IOException {
    Path file = folder.resolve(run).resolve("model/weights.safetensors");
    return Safetensors.decode(manager, Files.readAllBytes(file));
  }

  @Test
  void whatTheDataOrTheModeLacksIsRefusedBeforeAnythingIsWritten(SparkSession spark) {
    TrainOptions validated = options(1).validation(Validation.on("dev")).build();
    assertThatThrownBy(() -> TrainJob.run(spark, validated, run("x"), TrainListener.NONE))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("No split 'dev'");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void validationOnTheTrainingSplitIsWarnedOf(SparkSession spark) {
    try (LogLines log = LogLines.of(TrainJob.class)) {
      TrainOptions itself = options(1).validation(Validation.on("train")).build();
      TrainJob.run(spark, itself, run("itself"), TrainListener.NONE);
      assertThat(log.lines())
          .contains(
              "Validation is on the split that is trained on, train: what is learnt by heart counts"
                  + " there");
      int before = log.lines().size();
      TrainOptions other = options(1).validation(Validation.on("test")).build();
      TrainJob.run(spark, other, run("another"), TrainListener.NONE);
      assertThat(log.lines()).hasSize(before);
    }
  }
}
