package org.e2spark.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.e2cnn.Naming;
import org.e2spark.e2cnn.ReferenceState;
import org.e2spark.e2cnn.ReferenceStateException;
import org.e2spark.interchange.TorchFile;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Networks;
import org.e2spark.nn.StateDict;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.torch.EngineStart;
import org.e2spark.train.RequirementException;

/**
 * Makes a saved model of a network that was trained with e2cnn.
 *
 * @param name of the network
 * @param network at the images and classes that it was trained on
 * @param classNames by label
 * @param mean of pixel/255 that its inputs are normalised with, one a channel
 * @param std of pixel/255 that its inputs are normalised with, one a channel
 */
public record E2cnnImport(
    String name, ModelSpec network, List<String> classNames, List<Double> mean, List<Double> std) {

  /** Checks that the lists fit the images, and copies them. */
  public E2cnnImport {
    classNames = List.copyOf(classNames);
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    int channels = network.input().channels();
    if (mean.size() != channels || std.size() != channels) {
      throw new RequirementException(
          "Images of "
              + channels
              + " channels need as many means and deviations, not "
              + mean.size()
              + " and "
              + std.size());
    }
  }

  /**
   * The model, and what of the file was found to be the same here.
   *
   * @param model to be written
   * @param verified what was compared
   */
  public record Imported(SavedModel model, ReferenceState.Verified verified) {}

  /**
   * Reads a state dict.
   *
   * @param file as {@code torch.save} wrote it
   * @param entry of keys to the state dict, where it lies inside others
   * @param naming which of its entries is which parameter
   * @throws IOException if the file cannot be read
   * @throws RequirementException if it holds another network's state
   */
  public Imported read(Path file, List<String> entry, Naming naming) throws IOException {
    try (NDManager manager = EngineStart.ensure().newBaseManager()) {
      Map<String, NDArray> state = TorchFile.read(manager, file, entry.toArray(String[]::new));
      ImageInput images = network.input();
      Block block = network.build();
      Networks.initialize(
          block, manager, new Shape(1, images.channels(), images.height(), images.width()), 0);
      ReferenceState.Verified verified = new ReferenceState(state).fill(block, naming, manager);
      Map<String, NDArray> weights = new LinkedHashMap<>();
      StateDict.of(block).forEach((key, value) -> weights.put(key, value.getArray()));
      ModelCard card =
          new ModelCard(
              name,
              network,
              images.channels(),
              images.height(),
              images.width(),
              classNames,
              mean,
              std,
              Networks.parameterCount(block),
              0,
              Map.of("importedFrom", file.getFileName().toString(), "importedAs", "e2cnn"));
      return new Imported(new SavedModel(card, Safetensors.encode(weights)), verified);
    } catch (ReferenceStateException e) {
      throw new RequirementException(file + ": " + e.getMessage(), e);
    }
  }
}
