package org.e2spark.nn.convolution;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import java.util.ArrayList;
import java.util.List;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Classifier;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.normalization.BatchNorm;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.PointwiseMaxPool;

/**
 * The network of the MNIST benchmark with regular C8 fields, and a conventional one with the same
 * channels, kernels and pooling, to measure what steerability costs.
 */
final class RegularC8 {

  private static final int ORDER = 8;
  private static final int[] FIELDS = {16, 34, 45, 45, 68, 64};
  private static final int[] KERNELS = {7, 5, 5, 5, 5, 5};
  private static final int[] PADDINGS = {1, 2, 2, 2, 2, 0};
  private static final boolean[] POOLED = {false, true, false, true, false, false};

  private RegularC8() {}

  static Block steerable() {
    var space = new Rot2dOnR2(ORDER);
    List<EquivariantModule> layers = new ArrayList<>();
    FieldType in = FieldType.of(space, space.trivial(), 1);
    for (int i = 0; i < FIELDS.length; i++) {
      FieldType out = FieldType.of(space, space.regular(), FIELDS[i]);
      layers.add(R2Conv.builder(in, out).kernelSize(KERNELS[i]).padding(PADDINGS[i]).build());
      if (i == FIELDS.length - 1) {
        var pooling = new GroupPooling(out);
        layers.add(pooling);
        out = pooling.outType();
      }
      layers.add(new InnerBatchNorm(out));
      layers.add(new ELU(out));
      if (POOLED[i]) {
        layers.add(PointwiseMaxPool.of(out, 2));
      }
      in = out;
    }
    return new Classifier(EquivariantSequential.of(layers), Classifier.Reduction.MAX, head());
  }

  static Block plain() {
    var features = new SequentialBlock();
    for (int i = 0; i < FIELDS.length; i++) {
      int channels = FIELDS[i] * ORDER;
      features.add(
          Conv2d.builder()
              .setKernelShape(new Shape(KERNELS[i], KERNELS[i]))
              .optPadding(new Shape(PADDINGS[i], PADDINGS[i]))
              .setFilters(channels)
              .build());
      if (i == FIELDS.length - 1) {
        channels = FIELDS[i];
        int kept = channels;
        features.add(
            LambdaBlock.singleton(
                x ->
                    x.reshape(
                            x.getShape().get(0),
                            kept,
                            ORDER,
                            x.getShape().get(2),
                            x.getShape().get(3))
                        .max(new int[] {2})));
      }
      features.add(BatchNorm.of(channels));
      features.add(Activation.eluBlock(1f));
      if (POOLED[i]) {
        features.add(Pool.maxPool2dBlock(new Shape(2, 2)));
      }
    }
    return new Classifier(features, Classifier.Reduction.MAX, head());
  }

  /** The steerable convolutions of a network, in order. */
  static List<SteerableConvolution> convolutions(Block network) {
    List<SteerableConvolution> found = new ArrayList<>();
    for (Block child : network.getChildren().values()) {
      if (child instanceof SteerableConvolution convolution) {
        found.add(convolution);
      }
      found.addAll(convolutions(child));
    }
    return found;
  }

  private static Block head() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(64).build())
        .add(BatchNorm.of(64))
        .add(Activation.eluBlock(1f))
        .add(Linear.builder().setUnits(10).build());
  }
}
