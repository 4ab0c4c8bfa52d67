package org.e2spark.recipe;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import org.e2spark.optim.Optimizer;
import org.e2spark.train.TrainOptions;

/**
 * An experiment that anyone can do again: a row of a published table.
 *
 * @param name such as {@code table5/mnist-rot/c16}: the table, the data set, the network
 * @param title of the table
 * @param set of images, as {@code e2spark prepare} knows it
 * @param division of its training images into splits; empty for none
 * @param padding pixels along each side that images are padded to; 0 for none
 * @param images to train on, after the division
 * @param network its row in the table of presets
 * @param training what {@code e2spark train} does, but for the place of the data and the seed
 * @param penalties by kind of layer, where the training has not the same for all
 * @param seeds runs
 * @param published what was published, if anything
 * @param notes where this differs from the published code, and why
 */
public record Recipe(
    String name,
    String title,
    String set,
    Map<String, Double> division,
    int padding,
    long images,
    Preset network,
    TrainOptions training,
    Optional<LayerPenalties> penalties,
    int seeds,
    Optional<Published> published,
    List<String> notes) {

  /** Copies the collections. */
  public Recipe {
    division = Collections.unmodifiableMap(new TreeMap<>(division));
    notes = List.copyOf(notes);
  }

  /** The table that it is a row of: the first part of its name. */
  public String table() {
    return name.substring(0, name.indexOf('/'));
  }

  /** The network at the size that it was published for. */
  public ModelSpec spec() {
    return Presets.spec(
        network.name(),
        ImageInput.square(network.channels(), network.imageSize()),
        network.classes());
  }

  /**
   * The training with all penalties. Builds no network.
   *
   * @param data the shard directory
   */
  public TrainOptions options(String data, long seed) {
    TrainOptions.Builder options = training.toBuilder().data(data).seed(seed);
    penalties.ifPresent(
        layers -> options.optimizer(Optimizer.adam().withPenalties(layers.of(spec()))));
    return options.build();
  }

  /** The work of one run: images that are seen, in training. */
  public long imagesSeen() {
    return images * training.epochs();
  }

  /**
   * Floating-point operations of one run's training: two for each multiplication, and the passes
   * back take twice as many as the pass forth.
   */
  public double operations() {
    return 3.0 * 2 * network.operations() * imagesSeen();
  }
}
