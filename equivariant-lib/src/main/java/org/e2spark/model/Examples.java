package org.e2spark.model;

import ai.djl.nn.Block;
import java.util.LinkedHashMap;
import java.util.Map;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Size2d;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.container.MaskModule;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.PointwiseAvgPoolAntialiased;

/** The network of the reference's first example; those of its second are {@link WideResNets}. */
final class Examples {

  private static final int IMAGE_SIZE = 29;
  private static final double BLUR = 0.66;

  private Examples() {}

  static Map<String, Recipe> recipes() {
    return Map.of("examples/c8-steerable-cnn", new Recipe(IMAGE_SIZE, Examples::c8));
  }

  /**
   * Six convolutions on regular fields of the rotations by 45 degrees. Images must have 29 x 29
   * pixels, for which the mask is made and every stride meets the centre.
   */
  private static Block c8(int channels, int classes) {
    var space = new Rot2dOnR2(8);
    FieldType image = FieldType.of(space, space.trivial(), channels);
    Map<String, EquivariantModule> parts = new LinkedHashMap<>();
    var chain = new LayerChain(image).add(new MaskModule(image, IMAGE_SIZE, 1));
    FieldType type = block(parts, "block1", chain, 24, 7, 1);
    type = block(parts, "block2", new LayerChain(type), 48, 5, 2);
    parts.put("pool1", new PointwiseAvgPoolAntialiased(type, BLUR, 2));
    type = block(parts, "block3", new LayerChain(type), 48, 5, 2);
    type = block(parts, "block4", new LayerChain(type), 96, 5, 2);
    parts.put("pool2", new PointwiseAvgPoolAntialiased(type, BLUR, 2));
    type = block(parts, "block5", new LayerChain(type), 96, 5, 2);
    type = block(parts, "block6", new LayerChain(type), 64, 5, 1);
    parts.put("pool3", new PointwiseAvgPoolAntialiased(type, BLUR, Size2d.of(1), Size2d.of(0)));
    parts.put("gpool", new GroupPooling(type));
    return new Classifier(
        EquivariantSequential.named(parts), Classifier.Reduction.MAX, Heads.hidden(64, classes));
  }

  private static FieldType block(
      Map<String, EquivariantModule> parts,
      String name,
      LayerChain chain,
      int fields,
      int kernel,
      int padding) {
    FieldType in = chain.type();
    FieldType out = PermutationStyle.regular(in.gspace(), fields);
    chain.add(R2Conv.builder(in, out).kernelSize(kernel).padding(padding).noBias().build());
    chain.add(new InnerBatchNorm(out)).add(new ReLU(out));
    parts.put(name, chain.build());
    return out;
  }
}
