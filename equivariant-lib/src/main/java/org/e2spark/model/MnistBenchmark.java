package org.e2spark.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.Flip2dOnR2;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.e2spark.spec.LayerSpec;

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

  private MnistBenchmark() {}

  static Map<String, PresetPlan> plans() {
    Map<String, PresetPlan> plans = new TreeMap<>();
    plans.put("mnist-bench/cnn", plan(MnistBenchmark::conventional));
    for (int n : ROTATIONS) {
      put(plans, "regular-c" + n, PermutationStyle.REGULAR, rotations(n));
      put(plans, "regular-d" + n, PermutationStyle.REGULAR, reflections(n));
    }
    for (int n : new int[] {4, 6, 8, 12, 16, 20}) {
      put(plans, "quotient-c" + n, PermutationStyle.QUOTIENT, rotations(n));
    }
    put(plans, "scalarfield-c16", PermutationStyle.SCALAR_FIELD, rotations(16));
    put(plans, "scalarfield-d16", PermutationStyle.SCALAR_FIELD, reflections(16));
    put(plans, "trivial-o2", PermutationStyle.TRIVIAL, FlipRot2dOnR2.continuous(1));
    put(plans, "vectorfield-c16", VectorStyle.ALL, rotations(16));
    put(plans, "regvector-c16", VectorStyle.HALF, rotations(16));
    putNetworksOnIrreps(plans);
    for (int stage = 1; stage < STAGES.size(); stage++) {
      putRestricted(plans, "d16-c16", reflections(16), SubgroupId.withoutReflections(16), stage);
      putRestricted(plans, "d16-c1", reflections(16), SubgroupId.withoutReflections(1), stage);
      putRestricted(plans, "c16-c1", rotations(16), SubgroupId.rotations(1), stage);
    }
    return plans;
  }

  /**
   * The published names carry the frequency that was asked for. What was built, and counted, has
   * for SO(2) and for induced fields the irreps up to frequency 1 whatever was asked for, and for
   * the gated networks of O(2) those up to 7.
   */
  private static void putNetworksOnIrreps(Map<String, PresetPlan> plans) {
    GSpace so2 = Rot2dOnR2.continuous(1);
    for (int frequency : new int[] {1, 3, 5, 7}) {
      GSpace o2 = FlipRot2dOnR2.continuous(frequency);
      String f = "-f" + frequency;
      put(plans, "hnet_conv-so2" + f, NormStyle.CONVOLVED_TO_SCALARS, so2);
      put(plans, "hnet_conv-o2" + f, NormStyle.CONVOLVED_TO_SCALARS, o2);
      put(plans, "realhnet-so2" + f, NormStyle.COMPLEX_LINEAR, so2);
      put(plans, "realhnet2-so2" + f, NormStyle.COMPLEX_LINEAR_WIDE, so2);
      put(plans, "inducedhnet_conv-o2" + f, InducedStyle.NORMS, o2);
    }
    put(plans, "squash-so2-f3", NormStyle.SQUASH, so2);
    put(plans, "hnet_norm-so2-f3", NormStyle.NORM_POOLED, so2);
    put(plans, "sharednorm-so2-f3", NormStyle.SHARED_NORM, so2);
    put(plans, "sharednorm2-so2-f3", NormStyle.ONE_NORM, so2);
    put(plans, "gated_conv-so2-f3", GatedStyle.CONVOLVED_TO_SCALARS, so2);
    put(plans, "gated_conv_shared-so2-f3", GatedStyle.SHARED_CONVOLVED_TO_SCALARS, so2);
    put(plans, "gated_norm-so2-f3", GatedStyle.NORM_POOLED, so2);
    put(plans, "gated_norm_shared-so2-f3", GatedStyle.SHARED_NORM_POOLED, so2);
    GSpace wide = FlipRot2dOnR2.continuous(7);
    put(plans, "gated_conv-o2-f3", GatedStyle.CONVOLVED_TO_SCALARS, wide);
    put(plans, "gated_norm-o2-f3", GatedStyle.NORM_POOLED, wide);
    GSpace o2 = FlipRot2dOnR2.continuous(3);
    put(plans, "inducedgated_conv-o2-f3", InducedStyle.GATED_CONVOLVED_TO_SCALARS, o2);
    put(plans, "inducedgated_norm-o2-f3", InducedStyle.GATED_NORM_POOLED, o2);
  }

  private static GSpace rotations(int n) {
    return n == 1 ? new TrivialOnR2() : new Rot2dOnR2(n);
  }

  private static GSpace reflections(int n) {
    return n == 1 ? new Flip2dOnR2() : new FlipRot2dOnR2(n);
  }

  private static PresetPlan plan(PresetPlan.Network network) {
    return new PresetPlan(IMAGE_SIZE, network);
  }

  private static void put(
      Map<String, PresetPlan> plans, String name, BenchmarkStage.Style style, GSpace space) {
    plans.put(
        "mnist-bench/" + name,
        plan(
            (input, classes) ->
                build(space, style, BenchmarkStage.Restriction.NONE, input, classes)));
  }

  private static void putRestricted(
      Map<String, PresetPlan> plans, String groups, GSpace space, SubgroupId id, int position) {
    BenchmarkStage.Restriction restriction =
        (chain, stage) -> {
          if (stage.position() == position) {
            chain.restrict(id);
          }
        };
    plans.put(
        "mnist-restrict/" + groups + "-r" + position,
        plan(
            (input, classes) ->
                build(space, PermutationStyle.REGULAR, restriction, input, classes)));
  }

  private static ModelSpec build(
      GSpace space,
      BenchmarkStage.Style style,
      BenchmarkStage.Restriction restriction,
      ImageInput input,
      int classes) {
    var chain = new SpecChain(space);
    STAGES.forEach(stage -> style.add(chain, stage, restriction));
    return ModelSpec.builder(space, input, classes)
        .layers(chain.layers())
        .head(Heads.hidden(64))
        .build();
  }

  /** The conventional network, without symmetries and with the average over space. */
  private static ModelSpec conventional(ImageInput input, int classes) {
    ModelSpec.Builder network = ModelSpec.conventional(input, classes);
    for (BenchmarkStage stage : STAGES) {
      int filters = stage.isScaled() ? 4 * stage.width() : stage.width();
      network.layer(Quickstart.convolution(filters, stage.kernel(), stage.padding()));
      network.layer(LayerSpec.of("BatchNorm"));
      network.layer(LayerSpec.of("ELU"));
      if (stage.isPooled()) {
        network.layer(stage.pooling("MaxPool2d"));
      }
    }
    return network.reduction(Classifier.Reduction.MEAN).head(Heads.hidden(64)).build();
  }
}
