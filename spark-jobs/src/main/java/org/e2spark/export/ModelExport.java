package org.e2spark.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.e2spark.checkpoint.Json;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.e2cnn.PythonNetwork;
import org.e2spark.interchange.ConvolutionForm;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.interchange.TorchFile;
import org.e2spark.interchange.TorchScript;
import org.e2spark.interchange.UnfinishedFile;
import org.e2spark.interchange.UnfinishedFolder;
import org.e2spark.interchange.onnx.OnnxFile;
import org.e2spark.model.ModelSpec;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.torch.EngineStart;
import org.e2spark.train.RequirementException;

/** Writes a trained model in the format of others. */
public final class ModelExport {

  private static final String METADATA_FILE = "e2spark.json";

  private final SavedModel model;
  private final ExportInput input;
  private final Evaluation evaluation;
  private final String tool;

  /**
   * @param evaluation of convolutions; {@link Evaluation#AUTO} takes over what has been measured
   *     for the model. Only TorchScript knows others than dense
   * @param tool that exports, with its version, as the file shall say
   */
  public ModelExport(SavedModel model, ExportInput input, Evaluation evaluation, String tool) {
    this.model = model;
    this.input = input;
    this.evaluation = evaluation;
    this.tool = tool;
  }

  /**
   * Writes a file or, for MLflow, a folder; or neither, if it fails.
   *
   * @param out a file is replaced; a folder must not be there
   * @throws RequirementException if the folder is there
   * @throws UncheckedIOException if writing fails
   */
  public void write(ExportFormat format, Path out) {
    if (format.isFolder() && Files.exists(out)) {
      throw new RequirementException(out + " exists already: name a folder that does not");
    }
    ModelCard card = model.card();
    Map<String, String> metadata = ModelMetadata.of(card, input, tool);
    if (format == ExportFormat.E2CNN) {
      writeForE2cnn(out, metadata);
      return;
    }
    try (NDManager manager = EngineStart.ensure().newBaseManager();
        PlainNetwork network = plain(manager)) {
      Shape image = new Shape(card.channels(), card.height(), card.width());
      switch (format) {
        case TORCHSCRIPT ->
            TorchScript.write(network, Map.of(METADATA_FILE, Json.write(metadata)), out);
        case ONNX -> OnnxFile.write(network, image, metadata, out);
        case SAFETENSORS -> {
          byte[] weights = Safetensors.encode(network.arrays(), metadata);
          UnfinishedFile.write(out, stream -> stream.write(weights));
        }
        case MLFLOW -> new MlflowFolder(model, input, metadata).write(network, image, out);
        case E2CNN -> throw new IllegalStateException("has no plain layers");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + out + ": " + e.getMessage(), e);
    }
  }

  private void writeForE2cnn(Path out, Map<String, String> metadata) {
    if (input == ExportInput.RAW_PIXELS) {
      throw new RequirementException(
          "e2cnn's networks take normalised images: leave out --raw-pixels");
    }
    ModelSpec network = model.specification();
    Set<String> unknown = PythonNetwork.unknownKinds(network);
    if (!unknown.isEmpty()) {
      throw new RequirementException(
          "e2cnn has no layers " + unknown + ": export as onnx or torchscript");
    }
    try (NDManager manager = EngineStart.ensure().newBaseManager()) {
      Map<String, NDArray> state = new LinkedHashMap<>();
      StateDict.of(model.load(manager)).forEach((name, value) -> state.put(name, value.getArray()));
      String description = Json.write(Map.of("network", network, "metadata", metadata));
      UnfinishedFolder.write(
          out,
          folder -> {
            TorchFile.write(state, folder.resolve(PythonNetwork.STATE));
            Files.writeString(folder.resolve(PythonNetwork.DESCRIPTION), description + "\n");
            Files.writeString(folder.resolve(PythonNetwork.MODULE), PythonNetwork.module());
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + out + ": " + e.getMessage(), e);
    }
  }

  private PlainNetwork plain(NDManager manager) {
    ModelCard card = model.card();
    var network = model.load(manager);
    evaluation.applyTo(network);
    if (evaluation == Evaluation.AUTO && model.evaluation() != null) {
      model.evaluation().choices().applyTo(network);
    }
    return input == ExportInput.RAW_PIXELS
        ? PlainNetwork.ofPixels(network, card.mean(), card.std(), ConvolutionForm.AS_EVALUATED)
        : PlainNetwork.of(network, ConvolutionForm.AS_EVALUATED);
  }
}
