package org.e2spark.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.prepare.MnistSample;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainEvent;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import org.e2spark.train.TrainOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An experiment is done from raw files to errors, and a second time nothing is done again. */
@ExtendWith(SparkExtension.class)
@Timeout(240)
class ReproductionTest {

  private static final Scale SCALE = new Scale(0.0005);

  @TempDir Path folder;

  private static Recipe recipe(long images) {
    Preset network =
        Presets.table().stream()
            .filter(row -> row.name().equals("quickstart/cnn"))
            .findFirst()
            .orElseThrow();
    return new Recipe(
        "mine/digits/cnn",
        "digits",
        "idx",
        Map.of("train", 0.5, "validation", 0.5),
        29,
        images,
        network,
        TrainOptions.builder(network.name(), "data").epochs(2).batch(32).build(),
        Optional.of(
            new LayerPenalties(
                new LayerPenalties.Strength(0, 1e-7), new LayerPenalties.Strength(0, 1e-7))),
        2,
        Optional.empty(),
        List.of());
  }

  @Test
  void twoSmallRunsAreMadeOnce(SparkSession spark) throws IOException {
    Path raw = folder.resolve("raw");
    MnistSample.extract(raw);
    List<TrainOptions> trained = new ArrayList<>();
    List<TrainEvent> steps = new ArrayList<>();
    List<Long> samples = new ArrayList<>();
    Reproduction.Watch watch =
        (options, seed, training) -> {
          trained.add(options);
          return training.run(
              event -> {
                if (event instanceof TrainEvent.Progressed) {
                  steps.add(event);
                } else if (event instanceof TrainEvent.Started started) {
                  samples.add(started.samples());
                }
              });
        };
    var reproduction =
        new Reproduction(recipe(1500), raw.toString(), folder.resolve("out").toString(), SCALE, 2);
    Reproduction.Outcome outcome = reproduction.run(spark, watch);
    assertThat(trained).extracting(TrainOptions::seed).containsExactly(1L, 2L);
    assertThat(trained).extracting(TrainOptions::epochs).containsOnly(1);
    assertThat(trained).extracting(TrainOptions::data).doesNotHaveDuplicates();
    assertThat(outcome.parameters()).isBetween(1_000L, 10_000L);
    assertThat(outcome.images()).isBetween(200L, 240L);
    assertThat(outcome.errors()).hasSize(2).allMatch(error -> error > 0 && error < 100);
    assertThat(outcome.spread())
        .isCloseTo(
            Math.abs(outcome.errors().get(0) - outcome.errors().get(1)) / Math.sqrt(2),
            within(1e-9));

    // Within one image a class.
    assertThat(samples).hasSize(2).allMatch(seen -> Math.abs(seen - 1500 * SCALE.factor()) <= 10);

    steps.clear();
    assertThat(reproduction.run(spark, watch)).isEqualTo(outcome);
    assertThat(steps).isEmpty();

    samples.clear();
    new Reproduction(recipe(30_000), raw.toString(), folder.resolve("more").toString(), SCALE, 1)
        .run(spark, watch);
    assertThat(samples)
        .as("all of the folder's part for training, within one image a class")
        .singleElement()
        .satisfies(seen -> assertThat(seen).isBetween(1490L, 1510L));
  }
}
