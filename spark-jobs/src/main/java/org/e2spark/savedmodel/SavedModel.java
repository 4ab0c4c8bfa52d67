package org.e2spark.savedmodel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.checkpoint.Manifest;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.checkpoint.VerifiedDirectory;
import org.e2spark.checkpoint.VersionedFormat;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.convolution.EvaluationPlan;
import org.e2spark.torch.Autograd;

/**
 * A trained network in a directory: {@code weights.safetensors}, {@code model.json} and, written
 * last, {@code manifest.json}, with each one's length and SHA-256. {@code README.md} tells people
 * what it is.
 *
 * <p>Where it was said how convolutions are evaluated, {@code evaluation.json} has it too.
 *
 * @param card what it is
 * @param weights the bytes of the safetensors file
 * @param evaluation of convolutions; null for what the network's builders say
 */
@SuppressWarnings("ArrayRecordComponent") // as large as the network, never compared
public record SavedModel(ModelCard card, byte[] weights, EvaluationPlan evaluation)
    implements Serializable {

  /** How convolutions are evaluated, of a model or while a run trains it. */
  public static final VersionedFormat<EvaluationPlan> EVALUATION =
      VersionedFormat.of("evaluation.json", EvaluationPlan.class);

  private static final String WEIGHTS = "weights.safetensors";
  private static final String CARD = "model.json";
  private static final VersionedFormat<ModelCard> FORMAT =
      VersionedFormat.of(CARD, ModelCard.class, root -> root.putNull("network"));

  /** Convolutions are evaluated as the network's builders say. */
  public SavedModel(ModelCard card, byte[] weights) {
    this(card, weights, null);
  }

  /** Writes the model into a directory, over what is there. */
  public void write(Path directory, Configuration configuration) {
    VerifiedDirectory files = new VerifiedDirectory(directory, configuration);
    List<VerifiedDirectory.Entry> entries = new ArrayList<>();
    entries.add(files.write(WEIGHTS, weights));
    entries.add(files.write(CARD, FORMAT.line(card)));
    if (evaluation != null) {
      entries.add(files.write(EVALUATION.name(), EVALUATION.write(evaluation)));
    }
    writePage(new ModelPage(card, null, null), directory, configuration);
    files.write(Manifest.FILE, Manifest.FORMAT.write(new Manifest(entries)));
  }

  /** Writes the card that people read, over what is there. */
  public void writePage(ModelPage page, Path directory, Configuration configuration) {
    new VerifiedDirectory(directory, configuration).write(ModelPage.FILE, page.text());
  }

  /**
   * Reads and verifies a model.
   *
   * @throws CheckpointException when there is none, or it is damaged
   */
  public static SavedModel read(Path directory, Configuration configuration) {
    VerifiedDirectory files = new VerifiedDirectory(directory, configuration);
    String where = directory + "/" + Manifest.FILE;
    byte[] text =
        files
            .find(Manifest.FILE)
            .orElseThrow(
                () ->
                    new CheckpointException(
                        "No model in " + directory + ": " + Manifest.FILE + " is missing"));
    Manifest manifest = Manifest.FORMAT.read(text, where);
    byte[] card = files.read(VerifiedDirectory.entry(manifest.files(), CARD, directory));
    byte[] weights = files.read(VerifiedDirectory.entry(manifest.files(), WEIGHTS, directory));
    return new SavedModel(
        FORMAT.read(card, directory + "/" + CARD), weights, evaluation(files, manifest, directory));
  }

  private static EvaluationPlan evaluation(
      VerifiedDirectory files, Manifest manifest, Path directory) {
    return manifest.files().stream()
        .filter(entry -> entry.name().equals(EVALUATION.name()))
        .findFirst()
        .map(entry -> EVALUATION.read(files.read(entry), directory + "/" + EVALUATION.name()))
        .orElse(null);
  }

  /** Whether a directory holds a model. */
  public static boolean isIn(Path directory, Configuration configuration) {
    return new VerifiedDirectory(directory, configuration).find(Manifest.FILE).isPresent();
  }

  /**
   * Builds the network and gives it the weights.
   *
   * @param manager who owns the parameters from now on
   * @throws CheckpointException when weights and architecture differ, naming the parameters
   */
  public Block load(NDManager manager) {
    Block network = specification().build();
    if (evaluation != null) {
      evaluation.applyTo(network);
    }
    Networks.initialize(
        network, manager, new Shape(1, card.channels(), card.height(), card.width()), 0);
    restore(network, weights, manager);
    return network;
  }

  /**
   * What the network is.
   *
   * @throws CheckpointException if it has a name only, and no preset is called that
   */
  public ModelSpec specification() {
    if (card.network() != null) {
      return card.network();
    }
    try {
      var images = new ImageInput(card.channels(), card.height(), card.width());
      return Presets.spec(card.preset(), images, card.classNames().size());
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(
          "The model does not say what its network is, only a name. " + e.getMessage(), e);
    }
  }

  /**
   * Gives an initialised network other values.
   *
   * @param weights the bytes of a safetensors file
   * @param manager for the time of copying
   * @throws CheckpointException when names or shapes differ, before anything is changed
   */
  public static void restore(Block network, byte[] weights, NDManager manager) {
    try (NDManager scratch = manager.newSubManager();
        Autograd ignored = Autograd.pause()) {
      Map<String, NDArray> saved = Safetensors.decode(scratch, weights);
      Map<String, Parameter> parameters = StateDict.of(network);
      requireSame(saved, parameters);
      parameters.forEach((name, parameter) -> saved.get(name).copyTo(parameter.getArray()));
    }
  }

  private static void requireSame(Map<String, NDArray> saved, Map<String, Parameter> parameters) {
    Set<String> missing = new TreeSet<>(parameters.keySet());
    missing.removeAll(saved.keySet());
    Set<String> unknown = new TreeSet<>(saved.keySet());
    unknown.removeAll(parameters.keySet());
    List<String> shapes = new ArrayList<>();
    saved.forEach(
        (name, value) -> {
          Parameter parameter = parameters.get(name);
          if (parameter != null && !value.getShape().equals(parameter.getArray().getShape())) {
            shapes.add(
                name + " is " + value.getShape() + ", not " + parameter.getArray().getShape());
          }
        });
    List<String> faults = new ArrayList<>();
    if (!missing.isEmpty()) {
      faults.add("missing " + missing);
    }
    if (!unknown.isEmpty()) {
      faults.add("unknown " + unknown);
    }
    if (!shapes.isEmpty()) {
      faults.add("of another shape " + shapes);
    }
    if (!faults.isEmpty()) {
      throw new CheckpointException(
          "These weights are not the network's: " + String.join("; ", faults));
    }
  }
}
