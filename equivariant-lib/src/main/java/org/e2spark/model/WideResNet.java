package org.e2spark.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.FieldType;
import org.e2spark.spec.LayerSpec;

/**
 * A wide residual network (<a href="https://arxiv.org/abs/1605.07146">Zagoruyko and Komodakis
 * 2016</a>) on regular fields, which may give up symmetries between its three stages and ends in
 * trivial fields, averaged over space (<a href="https://arxiv.org/abs/1911.08251">Weiler and Cesa
 * 2019</a>, appendix).
 *
 * <p>Kernels have 5 x 5 pixels where the fields have other than 2 or 4 rotations, 3 x 3 where they
 * have those or none. Later strides meet the centre of the image, and quarter turns are exact, if
 * its size is odd at each of them: 33 rather than 32 pixels.
 *
 * @param depth 6 n + 4, with n blocks a stage
 * @param width factor of the numbers of channels
 * @param space the symmetries of the first stage
 * @param afterFirst what stays of them in the second stage, or null for all
 * @param afterSecond what stays of those in the third stage, or null for all
 * @param sizing how many fields a stage has
 * @param firstStride stride of the first stage
 * @param kernels the options of the convolutions besides their size
 */
record WideResNet(
    int depth,
    int width,
    GSpace space,
    SubgroupId afterFirst,
    SubgroupId afterSecond,
    Sizing sizing,
    int firstStride,
    UnaryOperator<LayerSpec> kernels) {

  /** What of a conventional network with the same numbers is kept. */
  enum Sizing {
    /** About as many parameters. */
    SAME_PARAMETERS,
    /** As many channels. */
    SAME_CHANNELS
  }

  private static final double DROPOUT = 0.3;

  WideResNet {
    if (depth < 10 || depth % 6 != 4) {
      throw new IllegalArgumentException("Invalid depth: " + depth + " (must be 6 n + 4)");
    }
  }

  ModelSpec spec(ImageInput input, int classes) {
    ModelSpec.Builder network = ModelSpec.builder(space, input, classes);
    FieldType first = regular(space, 16, Sizing.SAME_PARAMETERS);
    network.layer(convolution(first, 5, 1).named("conv1"));
    network.layer(stage("layer1", space, first, 16 * width, firstStride, End.REGULAR));
    GSpace second = restrict(network, "restrict1", space, afterFirst);
    FieldType whole = afterFirst == null ? regular(space, 16 * width, sizing) : null;
    network.layer(stage("layer2", second, whole, 32 * width, 2, End.REGULAR));
    GSpace third = restrict(network, "restrict2", second, afterSecond);
    FieldType half = afterSecond == null ? regular(second, 32 * width, sizing) : null;
    network.layer(stage("layer3", third, half, 64 * width, 2, End.TRIVIAL));
    network.layer(LayerSpec.of("InnerBatchNorm").with("momentum", 0.9).named("bn1"));
    network.layer(LayerSpec.of("ReLU").named("relu"));
    return network.reduction(Classifier.Reduction.MEAN).build();
  }

  private static GSpace restrict(
      ModelSpec.Builder network, String name, GSpace space, SubgroupId id) {
    if (id == null) {
      return space;
    }
    network.layer(
        LayerSpec.of("EquivariantSequential")
            .with("layers", SpecChain.restriction(id))
            .named(name));
    return space.restrict(id);
  }

  /** What a stage's last block gives. */
  private enum End {
    REGULAR,
    TRIVIAL
  }

  /**
   * @param in null for fields that were restricted, which are not regular
   */
  private LayerSpec stage(
      String name, GSpace over, FieldType in, int channels, int stride, End end) {
    FieldType main = regular(over, channels, sizing);
    int blocks = (depth - 4) / 6;
    List<LayerSpec> layers = new ArrayList<>();
    FieldType type = in;
    for (int block = 0; block < blocks; block++) {
      boolean ends = block == blocks - 1 && end == End.TRIVIAL;
      FieldType out = ends ? trivial(over, channels) : main;
      layers.add(block(type, main, out, block == 0 ? stride : 1));
      type = out;
    }
    return LayerSpec.of("EquivariantSequential").with("layers", layers).named(name);
  }

  private LayerSpec block(FieldType in, FieldType inner, FieldType out, int stride) {
    int kernel = kernelSize(out.gspace());
    LayerSpec block =
        LayerSpec.of("ResidualModule")
            .with("before", activation("InnerBatchNorm"))
            .with(
                "layers",
                residual(
                    convolution(inner, kernel, 1),
                    "InnerBatchNorm",
                    "PointwiseDropout",
                    convolution(out, kernel, stride)));
    return stride != 1 || !out.equals(in)
        ? block.with("shortcut", List.of(convolution(out, 1, stride)))
        : block;
  }

  /** What comes before both ways of a block. */
  static List<LayerSpec> activation(String norm) {
    return List.of(LayerSpec.of(norm).named("bn1"), LayerSpec.of("ReLU").named("relu1"));
  }

  /** The long way of a block, with dropout between its convolutions. */
  static List<LayerSpec> residual(LayerSpec first, String norm, String dropout, LayerSpec second) {
    return List.of(
        first.named("conv1"),
        LayerSpec.of(norm).named("bn2"),
        LayerSpec.of("ReLU").named("relu2"),
        LayerSpec.of(dropout).with("rate", DROPOUT).named("dropout"),
        second.named("conv2"));
  }

  private static int kernelSize(GSpace space) {
    boolean turns = space instanceof Rot2dOnR2 || space instanceof FlipRot2dOnR2;
    int rotations = turns ? space.fiberGroup().rotations() : 1;
    return rotations == 1 || rotations == 2 || rotations == 4 ? 3 : 5;
  }

  private LayerSpec convolution(FieldType out, int kernel, int stride) {
    return kernels.apply(
        SpecChain.convolution(out, kernel)
            .with("padding", kernel / 2)
            .with("stride", stride)
            .with("bias", false));
  }

  private static FieldType regular(GSpace space, int channels, Sizing sizing) {
    int order = space.fiberGroup().order();
    double wanted = sizing == Sizing.SAME_PARAMETERS ? channels * Math.sqrt(order) : channels;
    return FieldType.of(space, space.regular(), (int) (wanted / order));
  }

  private FieldType trivial(GSpace space, int channels) {
    int order = space.fiberGroup().order();
    double wanted = sizing == Sizing.SAME_PARAMETERS ? channels * Math.sqrt(order) : channels;
    return FieldType.of(space, space.trivial(), (int) wanted);
  }
}
