package org.e2spark.model;

import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.e2spark.group.SubgroupId;
import org.e2spark.gspace.FlipRot2dOnR2;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ReLU;
import org.e2spark.nn.normalization.BatchNormOptions;
import org.e2spark.nn.normalization.InnerBatchNorm;

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
    UnaryOperator<R2Conv.Builder> kernels) {

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

  Block build(int channels, int classes) {
    Map<String, EquivariantModule> parts = new LinkedHashMap<>();
    FieldType image = FieldType.of(space, space.trivial(), channels);
    FieldType first = regular(space, 16, Sizing.SAME_PARAMETERS);
    FieldType type = add(parts, "conv1", convolution(image, first, 5, 1)).outType();
    type = add(parts, "layer1", stage(type, 16 * width, firstStride, End.REGULAR)).outType();
    type = restrict(parts, "restrict1", type, afterFirst);
    type = add(parts, "layer2", stage(type, 32 * width, 2, End.REGULAR)).outType();
    type = restrict(parts, "restrict2", type, afterSecond);
    type = add(parts, "layer3", stage(type, 64 * width, 2, End.TRIVIAL)).outType();
    add(parts, "bn1", new InnerBatchNorm(type, BatchNormOptions.DEFAULT.withMomentum(0.9)));
    add(parts, "relu", new ReLU(type));
    return new Classifier(
        EquivariantSequential.named(parts), Classifier.Reduction.MEAN, Heads.linear(classes));
  }

  private static EquivariantModule add(
      Map<String, EquivariantModule> parts, String name, EquivariantModule module) {
    parts.put(name, module);
    return module;
  }

  private static FieldType restrict(
      Map<String, EquivariantModule> parts, String name, FieldType type, SubgroupId id) {
    return id == null
        ? type
        : add(parts, name, new LayerChain(type).restrict(id).build()).outType();
  }

  /** What a stage's last block gives. */
  private enum End {
    REGULAR,
    TRIVIAL
  }

  private EquivariantModule stage(FieldType in, int channels, int stride, End end) {
    FieldType main = regular(in.gspace(), channels, sizing);
    int blocks = (depth - 4) / 6;
    List<EquivariantModule> modules = new ArrayList<>();
    FieldType type = in;
    for (int block = 0; block < blocks; block++) {
      boolean ends = block == blocks - 1 && end == End.TRIVIAL;
      FieldType out = ends ? trivial(in.gspace(), channels) : main;
      modules.add(block(type, main, out, block == 0 ? stride : 1));
      type = out;
    }
    return EquivariantSequential.of(modules);
  }

  private EquivariantModule block(FieldType in, FieldType inner, FieldType out, int stride) {
    int kernel = kernelSize(in.gspace());
    boolean changes = stride != 1 || !in.equals(out);
    return new WideBlock(
        convolution(in, inner, kernel, 1),
        DROPOUT,
        type -> convolution(type, out, kernel, stride),
        changes ? convolution(in, out, 1, stride) : null);
  }

  private static int kernelSize(GSpace space) {
    boolean turns = space instanceof Rot2dOnR2 || space instanceof FlipRot2dOnR2;
    int rotations = turns ? space.fiberGroup().rotations() : 1;
    return rotations == 1 || rotations == 2 || rotations == 4 ? 3 : 5;
  }

  private EquivariantModule convolution(FieldType in, FieldType out, int kernel, int stride) {
    R2Conv.Builder builder = R2Conv.builder(in, out);
    builder.kernelSize(kernel).padding(kernel / 2).stride(stride).noBias();
    return kernels.apply(builder).build();
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
