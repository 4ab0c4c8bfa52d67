package org.e2spark.export;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.e2spark.checkpoint.Json;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.interchange.UnfinishedFolder;
import org.e2spark.interchange.onnx.OnnxFile;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.text.Text;

/**
 * A model's folder as MLflow has it, with the flavours {@code onnx}, {@code python_function}:
 * {@code mlflow.pyfunc.load_model(folder).predict(images)}, and {@code spark}: {@code
 * mlflow.spark.load_model(folder).transform(table)}, in a session that has e2spark.
 *
 * @see <a href="https://mlflow.org/docs/latest/ml/model/">MLflow's format of models</a>
 */
final class MlflowFolder {

  private static final String MODEL = "model.onnx";

  /** As MLflow calls it. */
  private static final String PIPELINE = "sparkml";

  /** One image, black, as it is and as a server takes it. */
  private static final String EXAMPLE = "input_example.json";

  private static final String SERVED_EXAMPLE = "serving_input_example.json";
  private static final String PYTHON = "3.11";
  private static final String MLFLOW = "2.17.2";

  /** What the folder's {@code loader_module} imports; the oldest that reads the model. */
  private static final List<String> REQUIREMENTS =
      List.of("mlflow>=" + MLFLOW, "numpy", "onnx>=1.14", "onnxruntime>=1.15");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final SavedModel model;
  private final ModelCard card;
  private final ExportInput input;
  private final Map<String, String> metadata;

  MlflowFolder(SavedModel model, ExportInput input, Map<String, String> metadata) {
    this.model = model;
    this.card = model.card();
    this.input = input;
    this.metadata = metadata;
  }

  /** Writes the folder, or nothing if it fails. */
  void write(PlainNetwork network, Shape image, Path folder) throws IOException {
    UnfinishedFolder.write(
        folder,
        unfinished -> {
          OnnxFile.write(network, image, metadata, unfinished.resolve(MODEL));
          PipelineFolder.write(model, unfinished.resolve(PIPELINE));
          text(unfinished, "requirements.txt", String.join("\n", REQUIREMENTS) + "\n");
          text(unfinished, "python_env.yaml", pythonEnvironment());
          text(unfinished, "conda.yaml", condaEnvironment());
          int[][][][] example = new int[1][card.channels()][card.height()][card.width()];
          text(unfinished, EXAMPLE, Json.line(example) + "\n");
          text(unfinished, SERVED_EXAMPLE, Json.line(Map.of("inputs", example)) + "\n");
          text(unfinished, "MLmodel", description());
        });
  }

  private static void text(Path folder, String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content, StandardCharsets.UTF_8);
  }

  private static String pythonEnvironment() {
    return "python: \""
        + PYTHON
        + "\"\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n";
  }

  private static String condaEnvironment() {
    var text = new StringBuilder();
    text.append("name: mlflow-env\nchannels:\n- conda-forge\ndependencies:\n- python=")
        .append(PYTHON)
        .append("\n- pip\n- pip:\n");
    REQUIREMENTS.forEach(requirement -> text.append("  - ").append(requirement).append('\n'));
    return text.toString();
  }

  /** JSON is YAML, too, so that no name of a class needs rules of ours for quoting. */
  private String description() {
    String type = input == ExportInput.RAW_PIXELS ? "uint8" : "float32";
    Map<String, Object> onnx =
        Map.of(
            "code",
            "",
            "data",
            MODEL,
            "onnx_version",
            "1.14",
            "providers",
            List.of("CUDAExecutionProvider", "CPUExecutionProvider"));
    Map<String, Object> function =
        Map.of(
            "data",
            MODEL,
            "env",
            Map.of("conda", "conda.yaml", "virtualenv", "python_env.yaml"),
            "loader_module",
            "mlflow.onnx",
            "python_version",
            PYTHON);
    Map<String, Object> spark =
        Map.of(
            "code",
            "",
            "model_class",
            "pyspark.ml.pipeline.PipelineModel",
            "model_data",
            PIPELINE,
            "pyspark_version",
            org.apache.spark.package$.MODULE$.SPARK_VERSION());
    Map<String, Object> signature =
        Map.of(
            "inputs",
            tensor(type, -1, card.channels(), card.height(), card.width()),
            "outputs",
            tensor("float32", -1, card.classNames().size()));
    Map<String, Object> model =
        Map.of(
            "flavors",
            Map.of("onnx", onnx, "python_function", function, "spark", spark),
            "metadata",
            metadata,
            "mlflow_version",
            MLFLOW,
            "saved_input_example_info",
            Map.of(
                "artifact_path", EXAMPLE, "serving_input_path", SERVED_EXAMPLE, "type", "ndarray"),
            "model_uuid",
            UUID.randomUUID().toString().replace("-", ""),
            "signature",
            signature,
            "utc_time_created",
            TIME.format(Instant.now()));
    return Json.write(model) + "\n";
  }

  private static String tensor(String type, long... shape) {
    return Text.format(
        "[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"%s\", \"shape\": %s}}]",
        type, Arrays.toString(shape));
  }
}
