package org.e2spark.e2cnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.e2spark.golden.NpzFile;
import org.e2spark.interchange.TorchFile;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Networks;
import org.e2spark.nn.StateDict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** States that escnn saved (src/test/python/escnn_networks.py) give its logits here. */
class EscnnStateTest {

  private static final String INPUT =
      """
      "formatVersion": 1, "input": {"channels": 1, "height": 13, "width": 13}, "classes": 4, "reduction": "mean",
      """;

  private static final Map<String, String> NETWORKS =
      Map.of(
          "rotations",
          """
          {%s "gspace": {"group": "C8"}, "layers": [
            {"kind": "R2Conv", "fields": ["trivial", "regular", "trivial"], "kernelSize": 5, "padding": 2},
            {"kind": "InnerBatchNorm"},
            {"kind": "ELU"},
            {"kind": "PointwiseAvgPoolAntialiased", "sigma": 0.66, "stride": 2},
            {"kind": "R2Conv", "fields": ["2 x trivial", "irrep_1", "irrep_2"], "kernelSize": 3, "padding": 1, "bias": false},
            {"kind": "IIDBatchNorm"},
            {"kind": "GatedNonLinearity1"},
            {"kind": "R2Conv", "fields": ["3 x regular"], "kernelSize": 3, "padding": 1},
            {"kind": "InnerBatchNorm"},
            {"kind": "ReLU"},
            {"kind": "GroupPooling"}]}
          """,
          "reflections",
          """
          {%s "gspace": {"group": "D4"}, "layers": [
            {"kind": "R2Conv", "fields": ["regular", "irrep_1,1", "irrep_1,0", "regular"], "kernelSize": 5, "padding": 2},
            {"kind": "IIDBatchNorm"},
            {"kind": "NormNonLinearity"},
            {"kind": "R2Conv", "fields": ["2 x regular"], "kernelSize": 3, "stride": 2},
            {"kind": "InnerBatchNorm"},
            {"kind": "ELU"},
            {"kind": "GroupPooling"}]}
          """,
          "continuous",
          """
          {%s "gspace": {"group": "O(2)", "maximumFrequency": 3}, "layers": [
            {"kind": "R2Conv", "fields": ["3 x bandlimited[2]"], "kernelSize": 5, "padding": 2},
            {"kind": "IIDBatchNorm"},
            {"kind": "FourierPointwise", "maximumFrequency": 2, "samples": 12, "function": "elu"},
            {"kind": "R2Conv", "fields": ["trivial", "irrep_1,2"], "kernelSize": 5},
            {"kind": "NormPool"}]}
          """);

  private static Path resource(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(EscnnStateTest.class.getResource("/escnn/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"rotations, 10", "reflections, 5", "continuous, 3"})
  void logitsAreThoseOfEscnn(String name, int bases) throws IOException {
    NpzFile numbers = NpzFile.read(resource("logits.npz"));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Map<String, NDArray> saved = TorchFile.read(manager, resource(name + ".pt"));
      Map<String, NDArray> inTraining = new LinkedHashMap<>(saved);
      inTraining.keySet().removeIf(entry -> entry.matches(".*(\\.filter|expanded_bias)"));
      for (Map<String, NDArray> state : List.of(saved, inTraining)) {
        Block network = ModelSpec.parse(NETWORKS.get(name).replace("%s", INPUT)).build();
        Networks.initialize(network, manager, new Shape(1, 1, 13, 13), 1);
        ReferenceState.Verified verified =
            new ReferenceState(state).fill(network, Naming.published(), manager);
        assertThat(verified.bases()).isEqualTo(bases);
        assertThat(verified.converted()).isPositive();
        NDArray x = manager.create(numbers.get("x").floats(), new Shape(numbers.get("x").shape()));
        float[] logits =
            network
                .forward(new ParameterStore(manager, false), new NDList(x), false)
                .singletonOrThrow()
                .toFloatArray();
        float[] theirs = numbers.get(name).floats();
        for (int i = 0; i < logits.length; i++) {
          assertThat(logits[i]).isCloseTo(theirs[i], within(1e-5f));
        }
      }
    }
  }

  @Test
  void otherKernelsAreRefusedBeforeAnythingChanges() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Map<String, NDArray> state = TorchFile.read(manager, resource("rotations.pt"));
      String sharper =
          NETWORKS
              .get("rotations")
              .replace("%s", INPUT)
              .replace("\"bias\": false", "\"bias\": false, \"sigma\": 0.3");
      Block network = ModelSpec.parse(sharper).build();
      Networks.initialize(network, manager, new Shape(1, 1, 13, 13), 1);
      float[] before = StateDict.of(network).get("head.weight").getArray().toFloatArray();
      assertThatThrownBy(() -> new ReferenceState(state).fill(network, Naming.published(), manager))
          .isInstanceOf(ReferenceStateException.class)
          .hasMessageContaining("features.4._basisexpansion")
          .hasMessageContaining("the layer has other options");
      assertThat(StateDict.of(network).get("head.weight").getArray().toFloatArray())
          .isEqualTo(before);
    }
  }
}
