package org.e2spark.interchange;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.e2spark.model.Classifier;
import org.e2spark.model.Presets;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.BranchingModule;
import org.e2spark.nn.container.MergeModule;
import org.e2spark.nn.container.Reshuffle;
import org.e2spark.nn.dropout.Dropout;
import org.e2spark.nn.normalization.BatchNorm;
import org.e2spark.nn.normalization.FieldGroupNorm;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.MaxPoolChannels;
import org.e2spark.spec.Assembly;
import org.e2spark.spec.LayerSpec;
import org.e2spark.spec.OrdinaryResidual;
import org.e2spark.spec.OrdinarySequence;

/** Draws blocks that are no modules from fields to fields. */
final class RandomBlocks extends RandomFields {

  private static final Map<String, Function<RandomBlocks, Drawn>> RECIPES = new TreeMap<>();

  static {
    RECIPES.put(BatchNorm.class.getName(), RandomBlocks::batchNormalization);
    RECIPES.put(Dropout.class.getName(), r -> r.of(new Dropout(0.4), r.upTo(5)));
    RECIPES.put(MaxPoolChannels.class.getName(), RandomBlocks::channelMaximum);
    RECIPES.put(BranchingModule.class.getName(), RandomBlocks::branches);
    RECIPES.put(MergeModule.class.getName(), RandomBlocks::merge);
    RECIPES.put(Classifier.class.getName(), RandomBlocks::classifier);
    RECIPES.put(OrdinarySequence.class.getName(), RandomBlocks::sequence);
    RECIPES.put(OrdinaryResidual.class.getName(), RandomBlocks::residual);
  }

  private RandomBlocks(Random random) {
    super(random);
  }

  /** A block of a class and what it takes, or null if there is no recipe for it. */
  static Drawn draw(String className, long seed) {
    var recipe = RECIPES.get(className);
    return recipe == null ? null : recipe.apply(new RandomBlocks(new Random(seed)));
  }

  private Drawn of(Block block, int channels) {
    return new Drawn(block, List.of(new Shape(3, channels, 8 + upTo(3), 10)));
  }

  private Drawn batchNormalization() {
    int channels = upTo(5);
    var block = new BatchNorm(channels, batchNorm());
    return coin() ? new Drawn(block, List.of(new Shape(4, channels))) : of(block, channels);
  }

  private Drawn channelMaximum() {
    int size = upTo(4);
    return of(new MaxPoolChannels(size), size * upTo(3));
  }

  private Drawn branches() {
    FieldType type = any();
    return of(new BranchingModule(type, labels(type), pick(Reshuffle.values())), type.size());
  }

  /** Modules on one or two of several inputs each. */
  private Drawn merge() {
    FieldType first = any();
    FieldType second = permuted();
    FieldType both = coin() ? first.plus(second) : second.plus(first);
    List<String> labels =
        both.select(0).equals(first.select(0)) && both.equals(first.plus(second))
            ? List.of("first", "second")
            : List.of("second", "first");
    var alone = new InnerBatchNorm(second, batchNorm());
    var together = new FieldGroupNorm(both, 1, fieldNorm());
    var block =
        new MergeModule(
            List.of(
                MergeModule.Branch.of("second", alone), new MergeModule.Branch(labels, together)));
    long height = 8 + upTo(3);
    // In the order of first appearance.
    return new Drawn(
        block,
        List.of(new Shape(3, second.size(), height, 10), new Shape(3, first.size(), height, 10)));
  }

  private static LayerSpec convolution(int filters, int stride) {
    return LayerSpec.of("Conv2d")
        .with("filters", filters)
        .with("kernelSize", 3)
        .with("padding", 1)
        .with("stride", stride);
  }

  private Drawn sequence() {
    List<LayerSpec> layers =
        List.of(
            convolution(upTo(4), upTo(2)).named("first"),
            LayerSpec.of("BatchNorm"),
            LayerSpec.of("ReLU").named("last"));
    int channels = upTo(3);
    return of(Assembly.ordinaryLayers(layers, channels, "layers").block(), channels);
  }

  private Drawn residual() {
    int channels = upTo(3);
    boolean same = coin();
    int filters = same ? channels : upTo(4);
    int stride = same ? 1 : upTo(2);
    LayerSpec residual =
        LayerSpec.of("Residual")
            .with("layers", List.of(convolution(upTo(4), stride), convolution(filters, 1)));
    if (coin()) {
      residual = residual.with("before", List.of(LayerSpec.of("ReLU")));
    }
    if (!same) {
      residual = residual.with("shortcut", List.of(convolution(filters, stride)));
    }
    return of(Assembly.ordinary(List.of(residual), channels, "layers").block(), channels);
  }

  private Drawn classifier() {
    String name = pick("quickstart/c8", "quickstart/cnn", "mnist-bench/quotient-c4");
    int size = Presets.imageSize(name);
    return new Drawn(Presets.create(name, 2, 3), List.of(new Shape(3, 2, size, size)));
  }
}
