package org.e2spark.model;

import ai.djl.nn.Block;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.PointwiseMaxPool;

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

  static Map<String, Recipe> recipes() {
    return Map.of(
        "mnist-final/c16",
        new Recipe(28, MnistFinal::c16),
        "mnist-final/d16-c16-r5",
        new Recipe(28, MnistFinal::d16),
        "mnist-final/c16-quotient",
        new Recipe(28, MnistFinal::quotient));
  }

  private static Block c16(int channels, int classes) {
    return build(new Rot2dOnR2(16), MnistFinal::regular, null, channels, classes);
  }

  /** Reflections are given up after the fifth convolution. */
  private static Block d16(int channels, int classes) {
    SubgroupId rotations = SubgroupId.withoutReflections(16);
    return build(new FlipRot2dOnR2(16), MnistFinal::regular, rotations, channels, classes);
  }

  private static FieldType regular(GSpace space, int width) {
    int fields = (int) (width / Math.sqrt(space.fiberGroup().order() / 16.0));
    return PermutationStyle.regular(space, fields);
  }

  private static Block build(
      GSpace space,
      BiFunction<GSpace, Integer, FieldType> fields,
      SubgroupId afterFifth,
      int channels,
      int classes) {
    var chain = new LayerChain(FieldType.of(space, space.trivial(), channels));
    for (int position = 1; position <= STAGES.size(); position++) {
      Stage stage = STAGES.get(position - 1);
      chain.add(convolution(chain, stage, fields));
      if (afterFifth != null && position == 5) {
        chain.restrict(afterFifth);
      }
      chain.add(new InnerBatchNorm(chain.type()));
      if (position == STAGES.size()) {
        chain.add(new GroupPooling(chain.type()));
      }
      pool(chain, stage);
      chain.add(new ELU(chain.type()));
    }
    return classifier(chain, classes);
  }

  /** With a mixture of regular, quotient and trivial fields, pooled over the group first. */
  private static Block quotient(int channels, int classes) {
    var space = new Rot2dOnR2(16);
    var chain = new LayerChain(FieldType.of(space, space.trivial(), channels));
    for (int position = 1; position <= STAGES.size(); position++) {
      Stage stage = STAGES.get(position - 1);
      chain.add(convolution(chain, stage, (s, width) -> PermutationStyle.mixture(s, width, 8, 4)));
      if (position == STAGES.size()) {
        chain.add(new GroupPooling(chain.type()));
      }
      chain.add(new InnerBatchNorm(chain.type()));
      chain.add(new ELU(chain.type()));
      pool(chain, stage);
    }
    return classifier(chain, classes);
  }

  private static EquivariantModule convolution(
      LayerChain chain, Stage stage, BiFunction<GSpace, Integer, FieldType> fields) {
    FieldType in = chain.type();
    return R2Conv.builder(in, fields.apply(in.gspace(), stage.width()))
        .kernelSize(stage.kernel())
        .padding(stage.padding())
        .build();
  }

  private static void pool(LayerChain chain, Stage stage) {
    if (stage.pool() > 1) {
      chain.add(PointwiseMaxPool.of(chain.type(), stage.pool()));
    }
  }

  private static Block classifier(LayerChain chain, int classes) {
    return new Classifier(
        chain.build(), Classifier.Reduction.MAX, Heads.twiceHidden(96, classes, DROPOUT));
  }
}
