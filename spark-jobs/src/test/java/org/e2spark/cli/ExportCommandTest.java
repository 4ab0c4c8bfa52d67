package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.StateDict;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code e2spark export} of one saved model in every format. */
class ExportCommandTest {

  private static final Shape IMAGE = new Shape(1, 29, 29);

  /** A network of somebody's own: the model's name is no preset. */
  private static final ModelSpec SPEC = Presets.spec("quickstart/c8", ImageInput.square(1, 29), 2);

  @TempDir static Path folder;

  @BeforeAll
  static void save() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = SPEC.build();
      Networks.initialize(network, manager, new Shape(1).addAll(IMAGE), 5);
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      StateDict.of(network).forEach((name, value) -> arrays.put(name, value.getArray()));
      var card =
          new ModelCard(
              "mine",
              SPEC,
              1,
              29,
              29,
              List.of("ışık \"a\"", "b: #"),
              List.of(0.1),
              List.of(0.3),
              7,
              64,
              Map.of("seed", "5"));
      new SavedModel(card, Safetensors.encode(arrays)).write(model(), new Configuration());
    }
  }

  private static org.apache.hadoop.fs.Path model() {
    return new org.apache.hadoop.fs.Path(folder.resolve("model").toUri());
  }

  private static Path exported(String format, String name, String... more) {
    Path out = folder.resolve(name);
    String[] arguments = new String[6 + more.length];
    String[] start = {
      "export", folder.resolve("model").toString(), "--format", format, "--out", out.toString()
    };
    System.arraycopy(start, 0, arguments, 0, start.length);
    System.arraycopy(more, 0, arguments, start.length, more.length);
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Exported " + out);
    return out;
  }

  @Test
  void torchScriptOfPixelsGivesWhatTheModelGives() throws Exception {
    Path file = exported("torchscript", "pixels.pt", "--raw-pixels");
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Model loaded = Model.newInstance("pixels", "PyTorch")) {
      Shape batch = new Shape(2).addAll(IMAGE);
      NDArray pixels = manager.randomInteger(0, 256, batch, DataType.INT32);
      NDArray normalized = pixels.toType(DataType.FLOAT32, true).div(255).sub(0.1).div(0.3);
      var store = new ParameterStore(manager, false);
      Block network = SavedModel.read(model(), new Configuration()).load(manager);
      NDArray expected = network.forward(store, new NDList(normalized), false).singletonOrThrow();
      loaded.load(file.getParent(), "pixels");
      NDArray actual =
          loaded
              .getBlock()
              .forward(store, new NDList(pixels.toType(DataType.UINT8, true)), false)
              .singletonOrThrow();
      assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-4f);
    }
    try (ZipFile archive = new ZipFile(file.toFile());
        InputStream extra = archive.getInputStream(archive.getEntry("m/extra/e2spark.json"))) {
      assertThat(new ObjectMapper().readTree(extra).get("input").asText()).contains("uint8");
    }
  }

  @Test
  void factorisedFilesGiveWhatTheModelGives() throws Exception {
    Path file = exported("torchscript", "factorised.pt", "--evaluation", "factorised");
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Model loaded = Model.newInstance("factorised", "PyTorch")) {
      NDArray x = manager.randomNormal(new Shape(2).addAll(IMAGE));
      var store = new ParameterStore(manager, false);
      Block network = SavedModel.read(model(), new Configuration()).load(manager);
      NDArray expected = network.forward(store, new NDList(x), false).singletonOrThrow();
      loaded.load(file.getParent(), "factorised");
      NDArray actual = loaded.getBlock().forward(store, new NDList(x), false).singletonOrThrow();
      assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-4f);
    }
    try (ZipFile archive = new ZipFile(file.toFile())) {
      byte[] source =
          archive.getInputStream(archive.getEntry("m/code/__torch__.py")).readAllBytes();
      assertThat(new String(source, StandardCharsets.UTF_8)).contains("mixing : Tensor");
    }
    CommandRun refused =
        CommandRun.of(
            "export",
            folder.resolve("model").toString(),
            "--format",
            "onnx",
            "--out",
            folder.resolve("factorised.onnx").toString(),
            "--evaluation",
            "factorised");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("--format torchscript");
  }

  @Test
  void safetensorsHoldTheFoldedWeightsAndSayWhoseTheyAre() throws IOException {
    byte[] file = Files.readAllBytes(exported("safetensors", "plain.safetensors"));
    int header = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    JsonNode said =
        new ObjectMapper().readTree(new String(file, 8, header, StandardCharsets.UTF_8));
    JsonNode metadata = said.get("__metadata__");
    assertThat(metadata.get("classes").asText()).isEqualTo("[\"ışık \\\"a\\\"\",\"b: #\"]");
    assertThat(metadata.get("input").asText()).contains("float32");
    assertThat(metadata.get("provenance").asText()).contains("\"seed\":\"5\"");
    assertThat(said.get("weight").get("shape")).hasToString("[64,1,7,7]");
  }

  @Test
  void anMlflowFolderDescribesAnOnnxModelAndAPipeline() throws IOException {
    Path out = exported("mlflow", "mlflow", "--raw-pixels");
    try (var files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "MLmodel",
              "conda.yaml",
              "input_example.json",
              "python_env.yaml",
              "requirements.txt",
              "serving_input_example.json",
              "model.onnx",
              "sparkml");
    }
    JsonNode description = new ObjectMapper().readTree(out.resolve("MLmodel").toFile());
    assertThat(description.get("flavors").get("python_function").get("loader_module").asText())
        .isEqualTo("mlflow.onnx");
    assertThat(description.get("flavors").get("spark").get("model_data").asText())
        .isEqualTo("sparkml");
    assertThat(description.get("signature").get("inputs").asText())
        .contains("uint8", "[-1, 1, 29, 29]");
    CommandRun again =
        CommandRun.of(
            "export",
            folder.resolve("model").toString(),
            "--format",
            "mlflow",
            "--out",
            out.toString());
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.errors()).singleElement().asString().contains("exists already");
  }

  @Test
  void everyFormatSaysWhatItIs() throws IOException {
    var json = new ObjectMapper();
    Map<String, JsonNode> said = new LinkedHashMap<>();
    try (ZipFile archive = new ZipFile(exported("torchscript", "said.pt").toFile());
        InputStream extra = archive.getInputStream(archive.getEntry("m/extra/e2spark.json"))) {
      said.put("torchscript", json.readTree(extra));
    }
    Map<String, String> properties = new LinkedHashMap<>();
    ModelProto.parseFrom(Files.readAllBytes(exported("onnx", "said.onnx")))
        .getMetadataPropsList()
        .forEach(property -> properties.put(property.getKey(), property.getValue()));
    said.put("onnx", json.valueToTree(properties));
    byte[] file = Files.readAllBytes(exported("safetensors", "said.safetensors"));
    int header = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    said.put("safetensors", json.readTree(file, 8, header).get("__metadata__"));
    said.put(
        "mlflow",
        json.readTree(exported("mlflow", "said").resolve("MLmodel").toFile()).get("metadata"));
    said.put(
        "e2cnn",
        json.readTree(exported("e2cnn", "said-e2cnn").resolve("network.json").toFile())
            .get("metadata"));
    said.forEach(
        (format, metadata) -> {
          assertThat(metadata).as(format).isEqualTo(said.get("onnx"));
          assertThat(metadata.get("network").asText()).isEqualTo("mine");
          assertThat(metadata.get("classes").asText()).isEqualTo("[\"ışık \\\"a\\\"\",\"b: #\"]");
          assertThat(metadata.get("image").asText()).isEqualTo("1x29x29");
          assertThat(metadata.get("mean").asText()).isEqualTo("[0.1]");
          assertThat(metadata.get("std").asText()).isEqualTo("[0.3]");
          assertThat(metadata.get("samples").asText()).isEqualTo("64");
          assertThat(metadata.get("provenance").asText()).contains("\"seed\":\"5\"");
          assertThat(metadata.get("exported_by").asText()).contains("e2spark");
        });
  }

  @Test
  void whatCannotBeWrittenOrReadIsRefused() {
    String nowhere = folder.resolve("none").resolve("x.onnx").toString();
    CommandRun run =
        CommandRun.of(
            "export", folder.resolve("model").toString(), "--format", "onnx", "--out", nowhere);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.errors()).singleElement().asString().contains("a folder that exists");
    CommandRun missing =
        CommandRun.of(
            "export",
            folder.resolve("nothing").toString(),
            "--format",
            "onnx",
            "--out",
            folder.resolve("x.onnx").toString());
    assertThat(missing.code()).isEqualTo(2);
    assertThat(folder.resolve("x.onnx")).doesNotExist();
    CommandRun format =
        CommandRun.of("export", "x", "--format", "onxn", "--out", folder.toString());
    assertThat(format.errors()).singleElement().asString().contains("onxn", "onnx");
  }
}
