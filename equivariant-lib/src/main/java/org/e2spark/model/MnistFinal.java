package org.e2spark.model;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.FieldType;
import org.e2spark.spec.LayerSpec;

/**
 * The network of the competitive MNIST-rot results (<a
 * href="https://arxiv.org/abs/1911.08251">Weiler and Cesa 2019</a>, Table 3) for images of 28 x 28
 * pixels: six wide convolutions with large kernels, the maximum over what is left of space, and
 * three linear layers with dropout.
 *
 * <p>Quarter turns are exact for sizes 4k, where both poolings divide the image evenly.
 */
final class MnistFinal {

  private record Stage(int width, int kernel, int padding, int pool) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(24, 9, 0, 1),
          new Stage(32, 7, 3, 2),
          new Stage(36, 7, 3, 1),
          new Stage(36, 7, 3, 2),
          new Stage(64, 7, 3, 1),
          new Stage(96, 5, 0, 1));

  private static final double DROPOUT = 0.3;

  private MnistFinal() {}

  static Map<String, PresetPlan> plans() {
    return Map.of(
        "mnist-final/c16",
        new PresetPlan(28, MnistFinal::c16),
        "mnist-final/d16-c16-r5",
        new PresetPlan(28, MnistFinal::d16),
        "mnist-final/c16-quotient",
        new PresetPlan(28, MnistFinal::quotient));
  }

  private static ModelSpec c16(ImageInput input, int classes) {
    return build(new Rot2dOnR2(16), MnistFinal::regular, null, input, classes);
  }

  /** Reflections are given up after the fifth convolution. */
  private static ModelSpec d16(ImageInput input, int classes) {
    SubgroupId rotations = SubgroupId.withoutReflections(16);
    return build(new FlipRot2dOnR2(16), MnistFinal::regular, rotations, input, classes);
  }

  private static FieldType regular(GSpace space, int width) {
    int fields = (int) (width / Math.sqrt(space.fiberGroup().order() / 16.0));
    return PermutationStyle.regular(space, fields);
  }

  private static ModelSpec build(
      GSpace space,
      BiFunction<GSpace, Integer, FieldType> fields,
      SubgroupId afterFifth,
      ImageInput input,
      int classes) {
    var chain = new SpecChain(space);
    for (int position = 1; position <= STAGES.size(); position++) {
      Stage stage = STAGES.get(position - 1);
      chain.add(convolution(chain, stage, fields));
      if (afterFifth != null && position == 5) {
        chain.restrict(afterFifth);
      }
      chain.add("InnerBatchNorm");
      if (position == STAGES.size()) {
        chain.add("GroupPooling");
      }
      pool(chain, stage);
      chain.add("ELU");
    }
    return classifier(space, chain, input, classes);
  }

  /** With a mixture of regular, quotient and trivial fields, pooled over the group first. */
  private static ModelSpec quotient(ImageInput input, int classes) {
    var space = new Rot2dOnR2(16);
    var chain = new SpecChain(space);
    for (int position = 1; position <= STAGES.size(); position++) {
      Stage stage = STAGES.get(position - 1);
      chain.add(convolution(chain, stage, (s, width) -> PermutationStyle.mixture(s, width, 8, 4)));
      if (position == STAGES.size()) {
        chain.add("GroupPooling");
      }
      chain.add("InnerBatchNorm");
      chain.add("ELU");
      pool(chain, stage);
    }
    return classifier(space, chain, input, classes);
  }

  private static LayerSpec convolution(
      SpecChain chain, Stage stage, BiFunction<GSpace, Integer, FieldType> fields) {
    return SpecChain.convolution(fields.apply(chain.space(), stage.width()), stage.kernel())
        .with("padding", stage.padding());
  }

  private static void pool(SpecChain chain, Stage stage) {
    if (stage.pool() > 1) {
      chain.add(LayerSpec.of("PointwiseMaxPool").with("kernelSize", stage.pool()));
    }
  }

  private static ModelSpec classifier(
      GSpace space, SpecChain chain, ImageInput input, int classes) {
    return ModelSpec.builder(space, input, classes)
        .layers(chain.layers())
        .head(Heads.twiceHidden(96, DROPOUT))
        .build();
  }
}
