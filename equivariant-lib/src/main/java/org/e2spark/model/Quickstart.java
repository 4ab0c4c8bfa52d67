package org.e2spark.model;

import java.util.Map;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.spec.LayerSpec;

/**
 * The two small networks of the quick start: a steerable one, and a conventional one with more
 * parameters.
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
        "quickstart/c8", new PresetPlan(IMAGE_SIZE, Quickstart::c8),
        "quickstart/c8-without-batch-norm",
            new PresetPlan(IMAGE_SIZE, Quickstart::c8WithoutBatchNorm),
        "quickstart/cnn", new PresetPlan(IMAGE_SIZE, Quickstart::cnn));
  }

  /**
   * Regular fields of the rotations by 45 degrees through three convolutions: 59,906 parameters for
   * 10 classes and one channel. Every stride meets the centre of a 29x29 image, so that quarter
   * turns are exact.
   */
  static ModelSpec c8(ImageInput input, int classes) {
    var chain = new SpecChain(new Rot2dOnR2(8));
    chain.add(regular(chain, 8, 7, 1).with("bias", false)).add("InnerBatchNorm").add("ELU");
    chain.add(POOLING);
    chain.add(regular(chain, 12, 5, 2).with("bias", false)).add("InnerBatchNorm").add("ELU");
    chain.add(POOLING);
    chain.add(regular(chain, 48, 5, 0).with("bias", false)).add("InnerBatchNorm").add("ELU");
    return invariant(chain, input, classes);
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

  /**
   * Three convolutions with batch normalisation and ELU, two maximum poolings: 90,082 parameters
   * for 10 classes.
   */
  static ModelSpec cnn(ImageInput input, int classes) {
    ModelSpec.Builder network = ModelSpec.conventional(input, classes);
    layer(network, 7, 1, 24);
    network.layer(MAXIMUM_POOLING);
    layer(network, 5, 2, 40);
    network.layer(MAXIMUM_POOLING);
    layer(network, 5, 0, 64);
    return network.build();
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
