package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.interchange.TorchFile;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.StateDict;
import org.e2spark.savedmodel.SavedModel;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2spark import-e2cnn}, and {@code export --format e2cnn} back. */
class ImportE2cnnCommandTest {

  @TempDir Path folder;

  @AutoClose private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Map<String, NDArray> state = new LinkedHashMap<>();

  @BeforeEach
  void build() {
    Block network = Presets.create("quickstart/c8", 1, 3);
    Networks.initialize(network, manager, new Shape(1, 1, 29, 29), 5);
    StateDict.of(network).forEach((name, value) -> state.put(name, value.getArray()));
  }

  private CommandRun imported(String out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("import-e2cnn"));
    arguments.add(folder.resolve("state.pt").toString());
    arguments.addAll(
        List.of("--model", "quickstart/c8", "--class-names", "a,b,ç", "--std", "0.25"));
    arguments.addAll(List.of("--out", folder.resolve(out).toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private void assertSame(Path saved) throws IOException {
    Map<String, NDArray> again = TorchFile.read(manager, saved);
    assertThat(again.keySet()).containsExactlyElementsOf(state.keySet());
    state.forEach((name, value) -> assertThat(again.get(name)).as(name).isEqualTo(value));
  }

  @Test
  void aStateGoesInAndOutAgain() throws IOException {
    TorchFile.write(state, folder.resolve("state.pt"));
    CommandRun run = imported("model");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Imported", state.size() + " entries");
    SavedModel model =
        SavedModel.read(
            new org.apache.hadoop.fs.Path(folder.resolve("model").toUri()), new Configuration());
    assertThat(model.card().classNames()).containsExactly("a", "b", "ç");
    assertThat(model.card().std()).containsExactly(0.25);
    assertThat(model.card().provenance()).containsEntry("importedFrom", "state.pt");
    Path back = folder.resolve("back");
    String[] export = {
      "export", folder.resolve("model").toString(), "--format", "e2cnn", "--out", back.toString()
    };
    assertThat(CommandRun.of(export).code()).isZero();
    assertSame(back.resolve("state_dict.pt"));
    assertThat(back.toFile().list())
        .containsExactlyInAnyOrder("state_dict.pt", "network.py", "network.json");
    assertThat(back.resolve("network.json"))
        .content()
        .contains("GroupPooling", "\"group\" : \"C8\"", "[\\\"a\\\",\\\"b\\\",\\\"ç\\\"]");
    assertThat(CommandRun.of(export).errors())
        .singleElement()
        .asString()
        .contains("exists already");
    assertThat(imported("model").errors()).singleElement().asString().contains("not there");
  }

  @Test
  void namesOfOnesOwnAreResolved() throws IOException {
    Map<String, NDArray> own = new LinkedHashMap<>();
    state.forEach((name, value) -> own.put(name.replace("features.0.", "stem."), value));
    TorchFile.write(own, folder.resolve("state.pt"));
    CommandRun unknown = imported("unknown");
    assertThat(unknown.code()).isEqualTo(2);
    assertThat(unknown.errors()).singleElement().asString().contains("stem.weights", "--mapping");
    assertThat(folder.resolve("unknown")).doesNotExist();
    Path mapping = Files.writeString(folder.resolve("names"), "# mine\nstem features.0\n");
    assertThat(imported("mapped", "--mapping", mapping.toString()).code()).isZero();
    assertThat(imported("ordered", "--by-order").code()).isZero();
    assertThat(folder.resolve("ordered/weights.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("mapped/weights.safetensors"));
    Files.writeString(mapping, "stem\n");
    assertThat(imported("other", "--mapping", mapping.toString()).errors())
        .singleElement()
        .asString()
        .contains("'stem' is not two names");
  }

  @Test
  void whatIsNoStateOfTheNetworkIsRefused() throws IOException {
    Files.writeString(folder.resolve("state.pt"), "no archive");
    assertThat(imported("model").errors())
        .singleElement()
        .asString()
        .contains("not a file of PyTorch");
    Files.delete(folder.resolve("state.pt"));
    CommandRun missing = imported("model");
    assertThat(missing.code()).isEqualTo(2);
    assertThat(missing.errors()).singleElement().asString().contains("no such file");
    state.put("head.weight", manager.zeros(new Shape(10, 48)));
    TorchFile.write(state, folder.resolve("state.pt"));
    assertThat(imported("model").errors()).singleElement().asString().contains("head.weight");
    assertThat(imported("model", "--mean", "0,0").errors())
        .singleElement()
        .asString()
        .contains("as many means");
    assertThat(folder.resolve("model")).doesNotExist();
  }
}
