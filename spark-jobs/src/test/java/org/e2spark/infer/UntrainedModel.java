package org.e2spark.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.model.ImageInput;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.StateDict;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.torch.EngineStart;

/**
 * A model that says something of images without having seen any, and whose name is no preset: all
 * that is known of its network is in it.
 */
public final class UntrainedModel {

  private static final List<String> CLASSES = List.of("a", "b", "c");

  private UntrainedModel() {}

  /** A model of three classes for grey images. */
  public static SavedModel of(String preset, int side) {
    ModelCard card =
        new ModelCard(
            "mine",
            Presets.spec(preset, ImageInput.square(1, side), CLASSES.size()),
            1,
            side,
            side,
            CLASSES,
            List.of(0.4),
            List.of(0.2),
            0,
            0,
            Map.of("seed", "5"));
    try (NDManager manager = EngineStart.ensure().newBaseManager()) {
      Block network = Presets.create(preset, 1, card.classNames().size());
      Networks.initialize(network, manager, new Shape(1, 1, side, side), 5);
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      StateDict.of(network).forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
      return new SavedModel(card, Safetensors.encode(arrays));
    }
  }

  /** The same in a directory. */
  public static String write(String preset, int side, Path directory) {
    of(preset, side).write(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
    return directory.toUri().toString();
  }
}
