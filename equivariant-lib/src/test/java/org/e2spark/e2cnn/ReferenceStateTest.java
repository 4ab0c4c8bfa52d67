package org.e2spark.e2cnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.e2spark.interchange.TorchFile;
import org.e2spark.interchange.TrainedNetwork;
import org.e2spark.model.Classifier;
import org.e2spark.model.Networks;
import org.e2spark.nn.StateDict;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States that e2cnn saved, read under names of several kinds. */
class ReferenceStateTest {

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AutoClose("clear")
  private Classifier network;

  private Map<String, NDArray> state;

  @BeforeEach
  void read() throws IOException {
    network = TrainedNetwork.build();
    Networks.initialize(network, manager, new Shape(1, 1, 13, 13), 1);
    state = TorchFile.read(manager, TrainedNetwork.resource("evaluation.pt"));
  }

  private ReferenceState.Verified fill(Map<String, NDArray> values, Naming naming) {
    return new ReferenceState(values).fill(network, naming, manager);
  }

  private Map<String, NDArray> renamed(UnaryOperator<String> renaming) {
    Map<String, NDArray> renamed = new LinkedHashMap<>();
    state.forEach((name, value) -> renamed.put(renaming.apply(name), value));
    return renamed;
  }

  private void assertFilled() {
    StateDict.of(network)
        .forEach(
            (name, parameter) ->
                assertThat(parameter.getArray().toFloatArray())
                    .as(name)
                    .isEqualTo(state.get(name).toFloatArray()));
  }

  @Test
  void whatTheStateHoldsBesidesParametersIsCompared() {
    ReferenceState.Verified verified = fill(state, Naming.published());
    assertThat(verified.filters()).isEqualTo(3);
    assertThat(verified.bases()).isGreaterThan(5);
    assertThat(verified.parameters()).isEqualTo(StateDict.of(network).size());
    assertFilled();
    for (String part : List.of("filter", "sampled_basis", "expanded_bias")) {
      String name =
          state.keySet().stream().filter(key -> key.endsWith(part)).findFirst().orElseThrow();
      Map<String, NDArray> changed = new LinkedHashMap<>(state);
      changed.put(name, state.get(name).add(0.01));
      assertThatThrownBy(() -> fill(changed, Naming.published()))
          .isInstanceOf(ReferenceStateException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void aBasisTooManyOrTooFewIsToldByName() {
    String name =
        state.keySet().stream().filter(key -> key.endsWith("basis")).findFirst().orElseThrow();
    Map<String, NDArray> less = new LinkedHashMap<>(state);
    NDArray basis = less.remove(name);
    assertThatThrownBy(() -> fill(less, Naming.published())).hasMessageContaining(name);
    String other = name.replace("', '", "', 'other");
    Map<String, NDArray> more = new LinkedHashMap<>(state);
    more.put(other, basis);
    assertThatThrownBy(() -> fill(more, Naming.published())).hasMessageContaining(other);
  }

  @Test
  void somethingBeforeAllNamesIsLeftOut() {
    fill(renamed(name -> "module.model." + name), Naming.published());
    assertFilled();
  }

  @Test
  void aFileOfNamesResolvesOnesOwn() {
    Map<String, NDArray> own =
        renamed(name -> name.replace("features.1.", "stem.").replace("head.", "answer."));
    assertThatThrownBy(() -> fill(own, Naming.published()))
        .hasMessageContaining("stem.weights")
        .hasMessageContaining("features.1.weights")
        .hasMessageContaining("--by-order");
    fill(own, Naming.mapped(Map.of("stem", "features.1", "answer", "head")));
    assertFilled();
  }

  @Test
  void theOrderOfLayersResolvesAnyNames() {
    Map<String, String> modules = new LinkedHashMap<>();
    Map<String, NDArray> own =
        renamed(
            name -> {
              int local = name.lastIndexOf('.') + 1;
              String module =
                  modules.computeIfAbsent(
                      name.substring(0, local), prefix -> "layer" + modules.size() + ".");
              return name.contains("_basisexpansion")
                  ? "derived." + name
                  : module + name.substring(local);
            });
    ReferenceState.Verified verified = fill(own, Naming.inOrder());
    assertThat(verified.filters()).isEqualTo(3);
    assertFilled();
    List<String> reversed = new ArrayList<>(own.keySet());
    Collections.reverse(reversed);
    Map<String, NDArray> wrong = new LinkedHashMap<>();
    reversed.forEach(name -> wrong.put(name, own.get(name)));
    assertThatThrownBy(() -> fill(wrong, Naming.inOrder()))
        .isInstanceOf(ReferenceStateException.class)
        .hasMessageContaining("Module 1");
  }

  @Test
  void aStateIsWrittenAsItIsRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("state.pt");
    TorchFile.write(state, file);
    Map<String, NDArray> again = TorchFile.read(manager, file);
    assertThat(again.keySet()).containsExactlyElementsOf(state.keySet());
    state.forEach((name, value) -> assertThat(again.get(name)).as(name).isEqualTo(value));
    assertThatThrownBy(() -> TorchFile.write(Map.of("half", manager.create(new byte[] {1})), file))
        .hasMessageContaining("half");
    assertThat(TorchFile.read(manager, file)).hasSameSizeAs(state);
    assertThat(folder.toFile().list()).hasSize(1);
  }
}
