package org.e2spark.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.e2spark.interchange.Elementwise;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.normalization.BatchNorm;

/**
 * The network of the large MNIST comparison (<a href="https://arxiv.org/abs/1911.08251">Weiler and
 * Cesa 2019</a>, appendix, Table 9) for images of 28 x 28 pixels: six convolutions, the maximum
 * over what is left of space, and two linear layers.
 *
 * <p>Images may have any other size that leaves at least 5 pixels before the last convolution;
 * quarter turns are exact for sizes 4k, where both poolings divide the image evenly.
 */
final class MnistBenchmark {

  static final int IMAGE_SIZE = 28;

  private static final List<BenchmarkStage> STAGES =
      List.of(
          new BenchmarkStage(1, 16, 7, 1, 1),
          new BenchmarkStage(2, 24, 5, 2, 2),
          new BenchmarkStage(3, 32, 5, 2, 1),
          new BenchmarkStage(4, 32, 5, 2, 2),
          new BenchmarkStage(5, 48, 5, 2, 1),
          new BenchmarkStage(6, 64, 5, 0, 1));

  private static final int[] ROTATIONS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 20};

  private static final Elementwise ELU = new Elementwise(Elementwise.Function.ELU, 1);

  private MnistBenchmark() {}

  static Map<String, Recipe> recipes() {
    Map<String, Recipe> recipes = new TreeMap<>();
    recipes.put("mnist-bench/cnn", recipe(MnistBenchmark::conventional));
    for (int n : ROTATIONS) {
      put(recipes, "regular-c" + n, PermutationStyle.REGULAR, rotations(n));
      put(recipes, "regular-d" + n, PermutationStyle.REGULAR, reflections(n));
    }
    for (int n : new int[] {4, 6, 8, 12, 16, 20}) {
      put(recipes, "quotient-c" + n, PermutationStyle.QUOTIENT, rotations(n));
    }
    put(recipes, "scalarfield-c16", PermutationStyle.SCALAR_FIELD, rotations(16));
    put(recipes, "scalarfield-d16", PermutationStyle.SCALAR_FIELD, reflections(16));
    put(recipes, "trivial-o2", PermutationStyle.TRIVIAL, FlipRot2dOnR2.continuous(1));
    put(recipes, "vectorfield-c16", VectorStyle.ALL, rotations(16));
    put(recipes, "regvector-c16", VectorStyle.HALF, rotations(16));
    putNetworksOnIrreps(recipes);
    for (int stage = 1; stage < STAGES.size(); stage++) {
      putRestricted(recipes, "d16-c16", reflections(16), SubgroupId.withoutReflections(16), stage);
      putRestricted(recipes, "d16-c1", reflections(16), SubgroupId.withoutReflections(1), stage);
      putRestricted(recipes, "c16-c1", rotations(16), SubgroupId.rotations(1), stage);
    }
    return recipes;
  }

  /**
   * The published names carry the frequency that was asked for. What was built, and counted, has
   * for SO(2) and for induced fields the irreps up to frequency 1 whatever was asked for, and for
   * the gated networks of O(2) those up to 7.
   */
  private static void putNetworksOnIrreps(Map<String, Recipe> recipes) {
    GSpace so2 = Rot2dOnR2.continuous(1);
    for (int frequency : new int[] {1, 3, 5, 7}) {
      GSpace o2 = FlipRot2dOnR2.continuous(frequency);
      String f = "-f" + frequency;
      put(recipes, "hnet_conv-so2" + f, NormStyle.CONVOLVED_TO_SCALARS, so2);
      put(recipes, "hnet_conv-o2" + f, NormStyle.CONVOLVED_TO_SCALARS, o2);
      put(recipes, "realhnet-so2" + f, NormStyle.COMPLEX_LINEAR, so2);
      put(recipes, "realhnet2-so2" + f, NormStyle.COMPLEX_LINEAR_WIDE, so2);
      put(recipes, "inducedhnet_conv-o2" + f, InducedStyle.NORMS, o2);
    }
    put(recipes, "squash-so2-f3", NormStyle.SQUASH, so2);
    put(recipes, "hnet_norm-so2-f3", NormStyle.NORM_POOLED, so2);
    put(recipes, "sharednorm-so2-f3", NormStyle.SHARED_NORM, so2);
    put(recipes, "sharednorm2-so2-f3", NormStyle.ONE_NORM, so2);
    put(recipes, "gated_conv-so2-f3", GatedStyle.CONVOLVED_TO_SCALARS, so2);
    put(recipes, "gated_conv_shared-so2-f3", GatedStyle.SHARED_CONVOLVED_TO_SCALARS, so2);
    put(recipes, "gated_norm-so2-f3", GatedStyle.NORM_POOLED, so2);
    put(recipes, "gated_norm_shared-so2-f3", GatedStyle.SHARED_NORM_POOLED, so2);
    GSpace wide = FlipRot2dOnR2.continuous(7);
    put(recipes, "gated_conv-o2-f3", GatedStyle.CONVOLVED_TO_SCALARS, wide);
    put(recipes, "gated_norm-o2-f3", GatedStyle.NORM_POOLED, wide);
    GSpace o2 = FlipRot2dOnR2.continuous(3);
    put(recipes, "inducedgated_conv-o2-f3", InducedStyle.GATED_CONVOLVED_TO_SCALARS, o2);
    put(recipes, "inducedgated_norm-o2-f3", InducedStyle.GATED_NORM_POOLED, o2);
  }

  private static GSpace rotations(int n) {
    return n == 1 ? new TrivialOnR2() : new Rot2dOnR2(n);
  }

  private static GSpace reflections(int n) {
    return n == 1 ? new Flip2dOnR2() : new FlipRot2dOnR2(n);
  }

  private static Recipe recipe(Recipe.Network network) {
    return new Recipe(IMAGE_SIZE, network);
  }

  private static void put(
      Map<String, Recipe> recipes, String name, BenchmarkStage.Style style, GSpace space) {
    recipes.put(
        "mnist-bench/" + name,
        recipe(
            (channels, classes) ->
                build(space, style, BenchmarkStage.Restriction.NONE, channels, classes)));
  }

  private static void putRestricted(
      Map<String, Recipe> recipes, String groups, GSpace space, SubgroupId id, int position) {
    BenchmarkStage.Restriction restriction =
        (chain, stage) -> {
          if (stage.position() == position) {
            chain.restrict(id);
          }
        };
    recipes.put(
        "mnist-restrict/" + groups + "-r" + position,
        recipe(
            (channels, classes) ->
                build(space, PermutationStyle.REGULAR, restriction, channels, classes)));
  }

  private static Block build(
      GSpace space,
      BenchmarkStage.Style style,
      BenchmarkStage.Restriction restriction,
      int channels,
      int classes) {
    var chain = new LayerChain(FieldType.of(space, space.trivial(), channels));
    STAGES.forEach(stage -> style.add(chain, stage, restriction));
    return new Classifier(chain.build(), Classifier.Reduction.MAX, Heads.hidden(64, classes));
  }

  /** The conventional network, without symmetries and with the average over space. */
  private static Block conventional(int channels, int classes) {
    var features = new SequentialBlock();
    for (BenchmarkStage stage : STAGES) {
      int filters = stage.isScaled() ? 4 * stage.width() : stage.width();
      features.add(
          Conv2d.builder()
              .setKernelShape(new Shape(stage.kernel(), stage.kernel()))
              .optPadding(new Shape(stage.padding(), stage.padding()))
              .setFilters(filters)
              .optBias(false)
              .build());
      features.add(BatchNorm.of(filters));
      features.add(ELU.block());
      if (stage.isPooled()) {
        features.add(stage.maximumPooling().block());
      }
    }
    return new Classifier(features, Classifier.Reduction.MEAN, Heads.hidden(64, classes));
  }
}
