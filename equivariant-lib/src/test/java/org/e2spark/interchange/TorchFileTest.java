package org.e2spark.interchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.e2spark.golden.NpzFile;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Classifier;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.R2Conv;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that e2cnn trained (src/test/python/trained_network.py) is the same network here. */
class TorchFileTest {

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AutoClose("clear")
  private Classifier network;

  @BeforeEach
  void build() {
    network = TrainedNetwork.build();
    Networks.initialize(network, manager, new Shape(1, 1, 13, 13), 1);
  }

  /** Saved for evaluation it holds expanded filters, saved in training it does not. */
  @Test
  void aNetworkTrainedWithTheReferenceGivesItsLogits() throws IOException {
    NpzFile numbers = NpzFile.read(TrainedNetwork.resource("logits.npz"));
    List<Map<String, NDArray>> states =
        List.of(
            TorchFile.read(manager, TrainedNetwork.resource("evaluation.pt")),
            TorchFile.read(manager, TrainedNetwork.resource("training.pt"), "model"));
    for (Map<String, NDArray> state : states) {
      Networks.initialize(network, manager, new Shape(1, 1, 13, 13), 1);
      StateDict.load(network, state);
      NDArray x = manager.create(numbers.get("x").floats(), new Shape(numbers.get("x").shape()));
      NDArray y =
          network
              .forward(new ParameterStore(manager, false), new NDList(x), false)
              .singletonOrThrow();
      float[] expected = numbers.get("y").floats();
      assertThat(expected).hasSize(12);
      ExportTest.assertClose(y, manager.create(expected, y.getShape()), "logits");
    }
    assertThat(states.get(0).size()).isGreaterThan(states.get(1).size());
  }

  @Test
  void derivedArraysOfTheReferenceAreThoseOfThisLibrary() throws IOException {
    Map<String, NDArray> state = TorchFile.read(manager, TrainedNetwork.resource("evaluation.pt"));
    StateDict.load(network, state);
    var features = (EquivariantSequential) network.getChildren().get(0).getValue();
    for (int layer : new int[] {1, 5, 10}) {
      NDArray filter = ((R2Conv) features.modules().get(layer)).expandFilter(manager);
      ExportTest.assertClose(filter, state.get("features." + layer + ".filter"), "layer " + layer);
    }
  }

  @Test
  void otherNetworksAreRefusedBeforeAnythingChanges() throws IOException {
    Map<String, NDArray> state =
        new TreeMap<>(TorchFile.read(manager, TrainedNetwork.resource("training.pt"), "model"));
    state.put("head.2.weight", state.remove("head.0.weight"));
    state.put("head.0.bias", manager.ones(new Shape(7)));
    float[] before = StateDict.of(network).get("features.1.weights").getArray().toFloatArray();
    assertThatThrownBy(() -> StateDict.load(network, state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("head.0.weight has no value")
        .hasMessageContaining("head.0.bias has shape (8) but its value (7)")
        .hasMessageContaining("head.2.weight is no parameter")
        .hasMessageNotContaining("sampled_basis");
    assertThat(StateDict.of(network).get("features.1.weights").getArray().toFloatArray())
        .containsExactly(before);
  }

  @Test
  void bfloat16IsReadAsFloat32() throws IOException {
    Map<String, NDArray> values = TorchFile.read(manager, TrainedNetwork.resource("bfloat16.pt"));
    assertThat(values.values()).isNotEmpty().allMatch(v -> v.getDataType() == DataType.FLOAT32);
    assertThat(values.values().iterator().next().toFloatArray()).containsExactly(1, 1, 1);
  }

  @Test
  void aPrefixBeforeAllNamesIsToldAndCanBeLeftOut() throws IOException {
    Map<String, NDArray> state =
        TorchFile.read(manager, TrainedNetwork.resource("training.pt"), "model");
    Map<String, NDArray> wrapped = new TreeMap<>();
    state.forEach((name, value) -> wrapped.put("module." + name, value));
    assertThatThrownBy(() -> StateDict.load(network, wrapped))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("load StateDict.withoutPrefix(values, \"module.\")");
    StateDict.load(network, StateDict.withoutPrefix(wrapped, "module."));
    Map<String, NDArray> distributed =
        TorchFile.read(manager, TrainedNetwork.resource("distributed.pt"));
    assertThat(StateDict.withoutPrefix(distributed, "module.").keySet())
        .noneMatch(name -> name.startsWith("module."));
    assertThatThrownBy(() -> StateDict.withoutPrefix(state, "module."))
        .hasMessageContaining("does not begin with module.");
  }

  @Test
  void whatHoldsNoStateDictIsNamed(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> TorchFile.read(manager, TrainedNetwork.resource("training.pt")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("epoch")
        .hasMessageContaining("model_state_dict");
    assertThatThrownBy(
            () -> TorchFile.read(manager, TrainedNetwork.resource("training.pt"), "weights"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("\"weights\"");
    Path text = folder.resolve("old.pt");
    Files.writeString(text, "what PyTorch 1.5 wrote");
    assertThatThrownBy(() -> TorchFile.read(manager, text))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("PyTorch 1.6");
    assertThatThrownBy(() -> TorchFile.read(manager, TrainedNetwork.resource("logits.npz")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("torch.save");
    // What would run a command, were it Python that read it.
    Path command = archive(folder.resolve("object.pt"), "cos\nsystem\n(S'true'\ntR.");
    assertThatThrownBy(() -> TorchFile.read(manager, command))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("os.system")
        .hasMessageContaining("state_dict()");
    Path cut = archive(folder.resolve("cut.pt"), "cos");
    assertThatThrownBy(() -> TorchFile.read(manager, cut)).isInstanceOf(IOException.class);
  }

  private static Path archive(Path file, String pickle) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(pickle.getBytes(StandardCharsets.US_ASCII));
    }
    return file;
  }

  @Test
  void whatThisLibraryWritesItReads(@TempDir Path folder) throws IOException {
    var c4 = new Rot2dOnR2(4);
    FieldType type = FieldType.of(c4, c4.regular(), 2);
    var layer = R2Conv.builder(type, type).kernelSize(3).build();
    Networks.initialize(layer, manager, new Shape(1, 8, 5, 5), 1, DataType.FLOAT64);
    try (PlainNetwork plain = layer.export()) {
      TorchScript.write(plain, folder.resolve("plain.pt"));
    }
    assertThatThrownBy(() -> TorchFile.read(manager, folder.resolve("plain.pt")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("state_dict()");
    layer.close();
  }
}
