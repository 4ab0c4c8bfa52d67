package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.e2spark.nn.StateDict;
import org.e2spark.torch.Autograd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {

  @ParameterizedTest
  @CsvSource({
    "quickstart/cnn, 90082",
    "quickstart/cnn-narrow, 59318",
    "quickstart/c1, 59698",
    "quickstart/c4, 60172",
    "quickstart/c8, 59906",
    "quickstart/d4, 59906",
    "quickstart/c8-without-batch-norm, 25694"
  })
  void parameterCounts(String preset, long expected) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.create(preset, 1, 10);
      Networks.initialize(network, manager, new Shape(1, 1, 29, 29), 1);
      assertThat(Networks.parameterCount(network)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"quickstart/cnn", "quickstart/c8"})
  void oneSeedOneNetwork(String preset) {
    Map<String, float[]> first = start(preset, 1);
    Engine.getInstance().setRandomSeed(99);
    assertThat(start(preset, 1)).usingRecursiveComparison().isEqualTo(first);
    assertThat(start(preset, 2).get("head.weight")).isNotEqualTo(first.get("head.weight"));
  }

  private static Map<String, float[]> start(String preset, long seed) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.create(preset, 1, 10);
      Networks.initialize(network, manager, new Shape(1, 1, 29, 29), seed);
      Map<String, float[]> values = new LinkedHashMap<>();
      StateDict.of(network).forEach((name, p) -> values.put(name, p.getArray().toFloatArray()));
      return values;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"quickstart/cnn", "quickstart/c8"})
  void everyParameterLearns(String preset) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.create(preset, 3, 4);
      Networks.initialize(network, manager, new Shape(1, 3, 29, 29), 1);
      NDArray x = manager.randomNormal(new Shape(5, 3, 29, 29));
      NDArray labels = manager.create(new int[] {0, 1, 2, 3, 0});
      try (NDManager step = manager.newSubManager();
          var scope = Autograd.record()) {
        x.attach(step);
        labels.attach(step);
        NDArray logits =
            network.forward(new ParameterStore(step, false), new NDList(x), true).get(0);
        assertThat(logits.getShape()).isEqualTo(new Shape(5, 4));
        scope.backward(
            Loss.softmaxCrossEntropyLoss().evaluate(new NDList(labels), new NDList(logits)));
      }
      for (Map.Entry<String, Parameter> entry : StateDict.of(network).entrySet()) {
        if (entry.getValue().requiresGradient()) {
          float[] gradient = entry.getValue().getArray().getGradient().toFloatArray();
          boolean moves = false;
          for (float g : gradient) {
            moves |= g != 0;
          }
          assertThat(moves).as(entry.getKey() + " " + Arrays.toString(gradient)).isTrue();
        }
      }
    }
  }

  @Test
  void unknownPresetIsNamed() {
    assertThatThrownBy(() -> Presets.create("quickstart/c9", 1, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quickstart/c9")
        .hasMessageContaining("did you mean quickstart/c1,")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }
}
