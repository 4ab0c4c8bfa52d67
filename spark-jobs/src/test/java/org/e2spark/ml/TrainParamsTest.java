package org.e2spark.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.e2spark.checkpoint.Json;
import org.e2spark.data.prepare.ShardedDataset;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Presets;
import org.e2spark.optim.Optimizer;
import org.e2spark.train.AugmentationPolicy;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.Validation;
import org.junit.jupiter.api.Test;

class TrainParamsTest {

  private static EquivariantClassifier classifier() {
    return new EquivariantClassifier().setPreset("quickstart/cnn");
  }

  /** Where the JSON of options has a number, a text or a list, by the names on the way. */
  private static List<String> places(String prefix, JsonNode node) {
    if (!node.isObject()) {
      return List.of(prefix);
    }
    List<String> places = new ArrayList<>();
    node.properties()
        .forEach(
            field ->
                places.addAll(
                    places(
                        prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(),
                        field.getValue())));
    return places;
  }

  @Test
  void everyOptionOfATrainingHasAParam() {
    Collection<String> known = new ArrayList<>(classifier().training.places().values());
    known.addAll(TrainParams.GIVEN);
    JsonNode options = Json.tree(TrainOptions.builder("preset", "data").build());
    assertThat(places("", options))
        .allMatch(
            place -> known.stream().anyMatch(k -> place.equals(k) || place.startsWith(k + ".")));
    assertThat(known).allMatch(k -> !options.at("/" + k.replace('.', '/')).isMissingNode());
  }

  @Test
  void defaultsAreThoseOfTheOptions() {
    assertThat(classifier().training.options("data", ""))
        .isEqualTo(
            TrainOptions.builder("quickstart/cnn", "data").split(ShardedDataset.SPLIT).build());
  }

  @Test
  void everyKindOfParamReachesTheOptions() {
    TrainOptions options =
        classifier()
            .setMaxEpochs(7)
            .setLearningRate(0.25)
            .setSeed(1L << 40)
            .setOptimizer(
                Json.line(Json.tree(TrainOptions.builder("p", "d").build()).get("optimizer")))
            .setSchedule("{\"shape\": \"cosine\", \"last\": 0.5}")
            .setRestoreBest(true)
            .setValidationMetric("accuracy")
            .setInputScale("standard")
            .setEvaluation("dense")
            .setFrozen(new String[] {"features.0", "bias"})
            .setWarmUp("3epochs")
            .setAugmentation("rotate:bilinear")
            .training
            .options("data", "validation");
    assertThat(options.epochs()).isEqualTo(7);
    assertThat(options.learningRate()).isEqualTo(0.25);
    assertThat(options.seed()).isEqualTo(1L << 40);
    assertThat(options.optimizer()).isEqualTo(Optimizer.adam());
    assertThat(options.validation())
        .isEqualTo(
            Validation.on("validation").withMetric(Validation.Metric.ACCURACY).withBestRestored());
    assertThat(options.augmentation()).isEqualTo(AugmentationPolicy.of("rotate:bilinear"));
    assertThat(options.start().frozen()).containsExactly("features.0", "bias");
    assertThat(Json.line(options)).contains("\"cosine\"", "\"3epochs\"");
  }

  @Test
  void aNetworkOfOnesOwnReachesTheOptions() {
    ModelSpec spec = Presets.spec("quickstart/c8", ImageInput.square(1, 29), 10);
    EquivariantClassifier own = new EquivariantClassifier().setNetwork(spec.toJson());
    assertThat(own.training.options("data", "").network()).isEqualTo(spec);
    String wrong = spec.toJson().replace("\"kernelSize\": 7", "\"kernelSize\": 0");
    assertThatThrownBy(() -> own.setNetwork(wrong).training.options("data", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layers[0].kernelSize: 0");
    assertThatThrownBy(() -> classifier().setNetwork(wrong).training.options("data", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("preset and network");
    assertThatThrownBy(() -> new EquivariantClassifier().training.options("data", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("preset is not set");
  }

  @Test
  void whatCannotBeIsRefusedByName() {
    assertThatThrownBy(() -> classifier().setSchedule("cosine").training.options("data", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid schedule: 'cosine' (must be JSON)");
    assertThatThrownBy(() -> classifier().setLabelSmoothing(2).training.options("data", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("label smoothing: 2");
    assertThatThrownBy(() -> classifier().setPatience(2).training.options("data", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("validate on");
    assertThatThrownBy(() -> classifier().setPrecision("half").training.options("data", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("precision");
  }
}
