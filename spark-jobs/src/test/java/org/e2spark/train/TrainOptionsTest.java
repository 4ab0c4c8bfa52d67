package org.e2spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.Json;
import org.e2spark.optim.Adam;
import org.e2spark.optim.AdamW;
import org.e2spark.optim.LearningRate;
import org.e2spark.optim.Optimizer;
import org.e2spark.optim.Penalties;
import org.e2spark.optim.Sgd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainOptionsTest {

  private static final Penalties BY_KIND =
      new Penalties(
          List.of(new Penalties.Rule("conv", 1e-7, 0), new Penalties.Rule("head", 0, 1e-7)));

  static List<Optimizer> optimizers() {
    return List.of(
        Optimizer.adam(),
        new Adam(0.8, 0.95, 1e-6, BY_KIND),
        new AdamW(0.9, 0.99, 1e-8, Penalties.weightDecay(0.01)),
        Sgd.plain(),
        new Sgd(0.9, Sgd.Style.NESTEROV, BY_KIND));
  }

  static List<Schedule> schedules() {
    return List.of(
        new Schedule.Constant(),
        Schedule.OneCycle.DEFAULT,
        new Schedule.Step(0.2, List.of(Span.samples(500), Span.epochs(2.5))),
        new Schedule.Exponential(0.8, 15),
        new Schedule.Cosine(0.05));
  }

  private static TrainOptions.Builder options() {
    return TrainOptions.builder("quickstart/c8", "shards").epochs(40).batch(32);
  }

  private static TrainOptions again(TrainOptions options) {
    return Json.read(Json.write(options), TrainOptions.class, "run.json");
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void everyOptimizerIsTheSameThroughJson(Optimizer optimizer) {
    TrainOptions options = options().optimizer(optimizer).build();
    assertThat(again(options)).isEqualTo(options);
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void everyScheduleIsTheSameThroughJson(Schedule schedule) {
    TrainOptions options =
        options()
            .schedule(schedule)
            .warmUp(Span.epochs(0.5))
            .augmentation(AugmentationPolicy.of("crop:4,flip"))
            .inputScale(InputScale.STANDARD)
            .seed(-7)
            .build();
    assertThat(again(options)).isEqualTo(options);
    assertThat(options.toBuilder().build()).isEqualTo(options);
  }

  @Test
  void everyGroupIsTheSameThroughJson() {
    TrainOptions options =
        options()
            .loss(new Loss(new ClassWeights.Given(Map.of("cat", 2.5, "dog", 1.0)), 0.1))
            .update(new UpdateOptions(0.5, 3, 0.999))
            .validation(
                new Validation(
                    "test", Span.samples(500), Validation.Metric.ACCURACY, 0.01, 3, true))
            .start(new StartOptions("models/a", List.of("^head"), List.of("^features\\.0")))
            .build();
    assertThat(again(options)).isEqualTo(options);
    assertThat(options.toBuilder().build()).isEqualTo(options);
    TrainOptions balanced =
        options().loss(Loss.CROSS_ENTROPY.withClassWeights(new ClassWeights.Balanced())).build();
    assertThat(
            Json.read(
                "{\"preset\": \"quickstart/c8\", \"data\": \"shards\", \"epochs\": 40, \"batch\": 32,"
                    + "\"loss\": {\"classWeights\": {\"kind\": \"balanced\"}}, \"start\": {}}",
                TrainOptions.class,
                "options.json"))
        .isEqualTo(balanced);
  }

  @Test
  void whatJsonLeavesOutHasItsDefault() {
    TrainOptions read =
        Json.read(
            "{\"preset\": \"quickstart/c8\", \"data\": \"shards\", \"augmentation\": \"cifar\"}",
            TrainOptions.class,
            "options.json");
    assertThat(read)
        .isEqualTo(
            TrainOptions.builder("quickstart/c8", "shards")
                .augmentation(AugmentationPolicy.of("crop:4,flip"))
                .build());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'preset': 'a', 'data': 'b', 'epoch': 3}",
        "{'preset': 'a', 'data': 'b', 'loss': {'epoch': 3}}",
        "{'preset': 'a', 'data': 'b', 'update': {'epoch': 3}}",
        "{'preset': 'a', 'data': 'b', 'start': {'epoch': 3}}",
        "{'preset': 'a', 'data': 'b', 'validation': {'epoch': 3}}",
        "{'preset': 'a', 'data': 'b', 'schedule': {'shape': 'constant', 'epoch': 3}}"
      })
  void anUnknownKeyIsRefusedByName(String json) {
    assertThatThrownBy(() -> Json.read(json.replace('\'', '"'), TrainOptions.class, "options.json"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("options.json has an unknown key 'epoch'");
  }

  @Test
  void theNearestKeyIsNamed() {
    assertThatThrownBy(
            () ->
                Json.read(
                    "{\"preset\": \"a\", \"data\": \"b\", \"learningrate\": 1}",
                    TrainOptions.class,
                    "options.json"))
        .hasMessageContaining("unknown key 'learningrate': did you mean learningRate? (there are:");
  }

  @Test
  void badValuesAreRefusedByName() {
    assertThatThrownBy(() -> options().epochs(0).build()).hasMessageContaining("epochs: 0");
    assertThatThrownBy(() -> new TrainOptions.Builder().preset("a").build())
        .hasMessageContaining("lack data");
    assertThatThrownBy(() -> Json.read("{\"preset\":\"a\"}", TrainOptions.class, "options.json"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("options.json")
        .hasMessageContaining("lack data");
    assertThatThrownBy(() -> Span.of("5 weeks")).hasMessageContaining("'5 weeks'");
  }

  @Test
  void schedulesCountInSamplesOrEpochs() {
    Schedule step = new Schedule.Step(0.1, List.of(Span.epochs(2), Span.samples(2500)));
    LearningRate rate = options().learningRate(0.1).schedule(step).build().rate(1000);
    assertThat(rate.at(1999)).isEqualTo(0.1);
    assertThat(rate.at(2000)).isCloseTo(0.01, within(1e-15));
    assertThat(rate.at(2500)).isCloseTo(0.001, within(1e-15));
    LearningRate cosine =
        options().learningRate(0.1).schedule(new Schedule.Cosine(0.1)).build().rate(1000);
    assertThat(cosine.at(40_000)).isCloseTo(0.01, within(1e-15));
    LearningRate warm =
        options().learningRate(0.1).schedule(step).warmUp(Span.samples(320)).build().rate(1000);
    assertThat(warm.at(0)).isCloseTo(0.01, within(1e-15));
    assertThat(warm.at(2000)).isCloseTo(0.01, within(1e-15));
  }

  @Test
  void spansAreWrittenAsTheyAreRead() {
    assertThat(Span.of("2 epochs")).isEqualTo(Span.epochs(2)).hasToString("2epochs");
    assertThat(Span.of("1 sample")).isEqualTo(Span.samples(1)).hasToString("1samples");
    assertThat(Span.of("0.25epochs").inSamples(1000)).isEqualTo(250);
    assertThat(Span.samples(12_345_678)).hasToString("12345678samples");
  }
}
