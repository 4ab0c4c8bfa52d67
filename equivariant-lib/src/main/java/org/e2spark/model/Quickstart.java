package org.e2spark.model;

import java.util.Map;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.gspace.TrivialOnR2;
import org.e2spark.spec.LayerSpec;

/**
 * The small networks of the quick start: steerable ones, and conventional ones with as many
 * parameters and with more.
 */
final class Quickstart {

  private static final LayerSpec MAXIMUM_POOLING =
      LayerSpec.of("MaxPool2d").with("kernelSize", 3).with("stride", 2).with("padding", 1);
  private static final LayerSpec POOLING =
      LayerSpec.of("PointwiseAvgPoolAntialiased").with("sigma", 0.66).with("stride", 2);
  private static final int IMAGE_SIZE = 29;

  private Quickstart() {}

  static Map<String, PresetPlan> plans() {
    return Map.of(
        "quickstart/c1", regular(new TrivialOnR2(), 22, 34, 132),
        "quickstart/c4", regular(new Rot2dOnR2(4), 11, 17, 68),
        "quickstart/c8", regular(new Rot2dOnR2(8), 8, 12, 48),
        "quickstart/d4", regular(new FlipRot2dOnR2(4), 8, 12, 48),
        "quickstart/c8-without-batch-norm",
            new PresetPlan(IMAGE_SIZE, Quickstart::c8WithoutBatchNorm),
        "quickstart/cnn", conventional(24, 40, 64),
        "quickstart/cnn-narrow", conventional(20, 32, 52));
  }

  /**
   * Regular fields through three convolutions, about 59,906 parameters for 10 classes and one
   * channel with each group. Every stride meets the centre of a 29x29 image, so that quarter turns
   * are exact.
   */
  private static PresetPlan regular(GSpace space, int first, int second, int third) {
    return new PresetPlan(
        IMAGE_SIZE,
        (input, classes) -> {
          var chain = new SpecChain(space);
          addNormalized(chain, first, 7, 1);
          chain.add(POOLING);
          addNormalized(chain, second, 5, 2);
          chain.add(POOLING);
          addNormalized(chain, third, 5, 0);
          return invariant(chain, input, classes);
        });
  }

  private static void addNormalized(SpecChain chain, int fields, int kernel, int padding) {
    chain.add(regular(chain, fields, kernel, padding).with("bias", false));
    chain.add("InnerBatchNorm").add("ELU");
  }

  /**
   * The same without batch normalisation: 25,694 parameters. What a batch does to it does not
   * depend on how the batch is divided among workers, so one worker and many can be compared
   * exactly.
   */
  static ModelSpec c8WithoutBatchNorm(ImageInput input, int classes) {
    var chain = new SpecChain(new Rot2dOnR2(8));
    chain.add(regular(chain, 8, 7, 1)).add("ELU").add(POOLING);
    chain.add(regular(chain, 12, 5, 2)).add("ELU").add(POOLING);
    chain.add(regular(chain, 16, 5, 0)).add("ELU");
    return invariant(chain, input, classes);
  }

  private static ModelSpec invariant(SpecChain chain, ImageInput input, int classes) {
    return ModelSpec.builder(chain.space(), input, classes)
        .layers(chain.add("GroupPooling").layers())
        .build();
  }

  private static LayerSpec regular(SpecChain chain, int fields, int kernel, int padding) {
    return SpecChain.convolution(PermutationStyle.regular(chain.space(), fields), kernel)
        .with("padding", padding);
  }

  /** Three convolutions with batch normalisation and ELU, two maximum poolings. */
  private static PresetPlan conventional(int first, int second, int third) {
    return new PresetPlan(
        IMAGE_SIZE,
        (input, classes) -> {
          ModelSpec.Builder network = ModelSpec.conventional(input, classes);
          layer(network, 7, 1, first);
          network.layer(MAXIMUM_POOLING);
          layer(network, 5, 2, second);
          network.layer(MAXIMUM_POOLING);
          layer(network, 5, 0, third);
          return network.build();
        });
  }

  private static void layer(ModelSpec.Builder network, int kernel, int padding, int filters) {
    network.layer(convolution(filters, kernel, padding));
    network.layer(LayerSpec.of("BatchNorm"));
    network.layer(LayerSpec.of("ELU"));
  }

  /** An ordinary convolution without a shift. */
  static LayerSpec convolution(int filters, int kernel, int padding) {
    return LayerSpec.of("Conv2d")
        .with("filters", filters)
        .with("kernelSize", kernel)
        .with("padding", padding)
        .with("bias", false);
  }
}
