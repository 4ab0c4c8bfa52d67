package org.e2spark.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.EvaluationChoices;
import org.e2spark.nn.convolution.EvaluationPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedModelTest {

  private static final String PRESET = "quickstart/cnn";

  @TempDir Path folder;

  private static ModelCard card() {
    return new ModelCard(
        PRESET,
        null,
        1,
        29,
        29,
        List.of("a", "b", "c"),
        List.of(0.1),
        List.of(0.3),
        7,
        64,
        Map.of("k", "v"));
  }

  private static Map<String, NDArray> arrays(Block network) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    StateDict.of(network).forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
    return arrays;
  }

  private static Block network(NDManager manager, int classes, long seed) {
    Block network = Presets.create(PRESET, 1, classes);
    Networks.initialize(network, manager, new Shape(1, 1, 29, 29), seed);
    return network;
  }

  private org.apache.hadoop.fs.Path directory() {
    return new org.apache.hadoop.fs.Path(folder.resolve("model").toUri());
  }

  @Test
  void comesBackWithTheSameBits() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> before = arrays(network(manager, 3, 9));
      new SavedModel(card(), Safetensors.encode(before)).write(directory(), new Configuration());
      SavedModel model = SavedModel.read(directory(), new Configuration());
      assertThat(model.card()).isEqualTo(card());
      Map<String, NDArray> after = arrays(model.load(manager));
      assertThat(after.keySet()).isEqualTo(before.keySet());
      after.forEach(
          (name, array) ->
              assertThat(array.toByteBuffer()).as(name).isEqualTo(before.get(name).toByteBuffer()));
    }
  }

  @Test
  void evaluatesAsItWasSaved() {
    ModelCard card =
        new ModelCard(
            "quickstart/c8",
            null,
            1,
            29,
            29,
            List.of("a", "b", "c"),
            List.of(0.1),
            List.of(0.3),
            7,
            64,
            Map.of());
    var choices =
        new EvaluationChoices(
            new TreeMap<>(Map.of("features.0.weights evaluation/64x29x29/cpu", "toeplitz/blas/2")));
    try (NDManager manager = NDManager.newBaseManager()) {
      Block network = Presets.create("quickstart/c8", 1, 3);
      Networks.initialize(network, manager, new Shape(1, 1, 29, 29), 9);
      byte[] weights = Safetensors.encode(arrays(network));
      new SavedModel(card, weights, new EvaluationPlan(Evaluation.AUTO, choices))
          .write(directory(), new Configuration());
      Block loaded = SavedModel.read(directory(), new Configuration()).load(manager);
      assertThat(EvaluationChoices.of(loaded)).isEqualTo(choices);
      new SavedModel(card, weights).write(directory(), new Configuration());
      assertThat(SavedModel.read(directory(), new Configuration()).evaluation()).isNull();
    }
  }

  @Test
  void weightsOfAnotherNetworkAreRefusedBeforeAnythingChanges() {
    try (NDManager manager = NDManager.newBaseManager()) {
      byte[] four = Safetensors.encode(arrays(network(manager, 4, 9)));
      Block three = network(manager, 3, 9);
      byte[] before = Safetensors.encode(arrays(three));
      assertThatThrownBy(() -> SavedModel.restore(three, four, manager))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("head");
      assertThat(Safetensors.encode(arrays(three))).isEqualTo(before);
    }
  }

  @Test
  void whatIsMissingUnknownOrOfAnotherShapeIsNamed() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Block network = network(manager, 3, 9);
      Map<String, NDArray> arrays = arrays(network);
      NDArray bias = arrays.remove("head.bias");
      arrays.put("head.offset", bias);
      arrays.put("head.weight", manager.zeros(new Shape(3, 5)));
      byte[] weights = Safetensors.encode(arrays);
      assertThatThrownBy(() -> SavedModel.restore(network, weights, manager))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "These weights are not the network's: missing [head.bias]; unknown [head.offset]; of"
                  + " another shape [head.weight is (3, 5), not (3, 64)]");
    }
  }

  /**
   * Beside four bytes a number, room for names, the network and the card. Running statistics are
   * numbers too: a network needs them, though nothing trains them.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart/c8",
        "mnist-final/c16",
        "stl10/e2wrn16-8-d8d4d1-same-params",
        "images/e2resnet18-c4",
        "cifar10/e2wrn28-10-d8d4d1",
        "images/e2resnet50-c8"
      })
  void takesFourBytesANumberAndAtMost64Kilobytes(String preset) throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      ModelSpec spec = Presets.spec(preset, ImageInput.square(3, Presets.imageSize(preset)), 10);
      Block network = spec.build();
      Shape images = new Shape(1, 3, spec.input().height(), spec.input().width());
      Networks.initialize(network, manager, images, 1);
      List<String> classes = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
      var three = List.of(0.4, 0.5, 0.6);
      long parameters = Networks.parameterCount(network);
      var card =
          new ModelCard(
              preset,
              spec,
              3,
              spec.input().height(),
              spec.input().width(),
              classes,
              three,
              three,
              parameters,
              64,
              Map.of("k", "v"));
      new SavedModel(card, Safetensors.encode(arrays(network)))
          .write(directory(), new Configuration());
      long bytes = 0;
      for (String file : List.of("weights.safetensors", "model.json", "manifest.json")) {
        bytes += Files.size(folder.resolve("model").resolve(file));
      }
      long numbers =
          StateDict.of(network).values().stream()
              .mapToLong(parameter -> parameter.getArray().size())
              .sum();
      assertThat(bytes).isBetween(4 * numbers, 4 * numbers + (64 << 10));
      assertThat(folder.resolve("model/README.md")).content().contains("# " + preset);
    }
  }

  @Test
  void aFlippedByteIsNamed() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      byte[] weights = Safetensors.encode(arrays(network(manager, 3, 9)));
      new SavedModel(card(), weights).write(directory(), new Configuration());
    }
    Path file = folder.resolve("model/weights.safetensors");
    byte[] content = Files.readAllBytes(file);
    content[content.length - 5] ^= 4;
    Files.delete(folder.resolve("model/.weights.safetensors.crc"));
    Files.write(file, content);
    assertThatThrownBy(() -> SavedModel.read(directory(), new Configuration()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("weights.safetensors is damaged");
  }

  @Test
  void noModelIsSaidSo() {
    assertThatThrownBy(() -> SavedModel.read(directory(), new Configuration()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("No model in");
    assertThat(SavedModel.isIn(directory(), new Configuration())).isFalse();
  }
}
