package org.e2spark.model;

import java.util.List;
import java.util.Map;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.spec.LayerSpec;

/** The network of the reference's first example; those of its second are {@link WideResNets}. */
final class Examples {

  private static final int IMAGE_SIZE = 29;
  private static final LayerSpec BLUR =
      LayerSpec.of("PointwiseAvgPoolAntialiased").with("sigma", 0.66);

  private Examples() {}

  static Map<String, PresetPlan> plans() {
    return Map.of("examples/c8-steerable-cnn", new PresetPlan(IMAGE_SIZE, Examples::c8));
  }

  /**
   * Six convolutions on regular fields of the rotations by 45 degrees. It was made for images of 29
   * x 29 pixels, where every stride meets the centre.
   */
  private static ModelSpec c8(ImageInput input, int classes) {
    var chain = new SpecChain(new Rot2dOnR2(8));
    LayerSpec mask = LayerSpec.of("MaskModule").with("size", input.height()).with("margin", 1);
    block(chain, "block1", List.of(mask), 24, 7, 1);
    block(chain, "block2", List.of(), 48, 5, 2);
    chain.add(BLUR.with("stride", 2).named("pool1"));
    block(chain, "block3", List.of(), 48, 5, 2);
    block(chain, "block4", List.of(), 96, 5, 2);
    chain.add(BLUR.with("stride", 2).named("pool2"));
    block(chain, "block5", List.of(), 96, 5, 2);
    block(chain, "block6", List.of(), 64, 5, 1);
    chain.add(BLUR.with("padding", 0).named("pool3"));
    chain.add(LayerSpec.of("GroupPooling").named("gpool"));
    return ModelSpec.builder(chain.space(), input, classes)
        .layers(chain.layers())
        .head(Heads.hidden(64))
        .build();
  }

  private static void block(
      SpecChain chain, String name, List<LayerSpec> first, int fields, int kernel, int padding) {
    var inside = new SpecChain(chain.space());
    first.forEach(inside::add);
    inside.add(
        SpecChain.convolution(PermutationStyle.regular(chain.space(), fields), kernel)
            .with("padding", padding)
            .with("bias", false));
    inside.add("InnerBatchNorm").add("ReLU");
    chain.add(LayerSpec.of("EquivariantSequential").with("layers", inside.layers()).named(name));
  }
}
