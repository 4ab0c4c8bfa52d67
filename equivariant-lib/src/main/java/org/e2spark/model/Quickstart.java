package org.e2spark.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import java.util.Map;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.interchange.Elementwise;
import org.e2spark.interchange.Pooling;
import org.e2spark.interchange.Reduction;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.normalization.BatchNorm;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.PointwiseAvgPoolAntialiased;
import org.e2spark.torch.Window;

/**
 * The two small networks of the quick start: a steerable one, and a conventional one with more
 * parameters.
 */
final class Quickstart {

  private static final Pooling MAXIMUM_POOLING =
      new Pooling(Reduction.MAXIMUM, Window.square(3, 2, 1));
  private static final int IMAGE_SIZE = 29;

  private Quickstart() {}

  static Map<String, Recipe> recipes() {
    return Map.of(
        "quickstart/c8", new Recipe(IMAGE_SIZE, Quickstart::c8),
        "quickstart/c8-without-batch-norm", new Recipe(IMAGE_SIZE, Quickstart::c8WithoutBatchNorm),
        "quickstart/cnn", new Recipe(IMAGE_SIZE, Quickstart::cnn));
  }

  /**
   * Regular fields of the rotations by 45 degrees through three convolutions: 59,906 parameters for
   * 10 classes and one channel. Every stride meets the centre of a 29x29 image, so that quarter
   * turns are exact.
   */
  static Block c8(int channels, int classes) {
    var space = new Rot2dOnR2(8);
    FieldType image = FieldType.of(space, space.trivial(), channels);
    FieldType first = FieldType.of(space, space.regular(), 8);
    FieldType second = FieldType.of(space, space.regular(), 12);
    FieldType third = FieldType.of(space, space.regular(), 48);
    var features =
        EquivariantSequential.of(
            convolution(image, first, 7, 1),
            new InnerBatchNorm(first),
            new ELU(first),
            pooling(first),
            convolution(first, second, 5, 2),
            new InnerBatchNorm(second),
            new ELU(second),
            pooling(second),
            convolution(second, third, 5, 0),
            new InnerBatchNorm(third),
            new ELU(third),
            new GroupPooling(third));
    return new Classifier(
        features, Classifier.Reduction.MAX, Linear.builder().setUnits(classes).build());
  }

  /**
   * The same without batch normalisation: 25,694 parameters. What a batch does to it does not
   * depend on how the batch is divided among workers, so one worker and many can be compared
   * exactly.
   */
  static Block c8WithoutBatchNorm(int channels, int classes) {
    var space = new Rot2dOnR2(8);
    FieldType image = FieldType.of(space, space.trivial(), channels);
    FieldType first = FieldType.of(space, space.regular(), 8);
    FieldType second = FieldType.of(space, space.regular(), 12);
    FieldType third = FieldType.of(space, space.regular(), 16);
    var features =
        EquivariantSequential.of(
            R2Conv.builder(image, first).kernelSize(7).padding(1).build(),
            new ELU(first),
            pooling(first),
            R2Conv.builder(first, second).kernelSize(5).padding(2).build(),
            new ELU(second),
            pooling(second),
            R2Conv.builder(second, third).kernelSize(5).build(),
            new ELU(third),
            new GroupPooling(third));
    return new Classifier(
        features, Classifier.Reduction.MAX, Linear.builder().setUnits(classes).build());
  }

  private static R2Conv convolution(FieldType in, FieldType out, int kernel, int padding) {
    return R2Conv.builder(in, out).kernelSize(kernel).padding(padding).noBias().build();
  }

  private static PointwiseAvgPoolAntialiased pooling(FieldType type) {
    return new PointwiseAvgPoolAntialiased(type, 0.66, 2);
  }

  /**
   * Three convolutions with batch normalisation and ELU, two maximum poolings: 90,082 parameters
   * for 10 classes.
   */
  static Block cnn(int channels, int classes) {
    var features = new SequentialBlock();
    layer(features, 7, 1, 24);
    features.add(MAXIMUM_POOLING.block());
    layer(features, 5, 2, 40);
    features.add(MAXIMUM_POOLING.block());
    layer(features, 5, 0, 64);
    return new Classifier(
        features, Classifier.Reduction.MAX, Linear.builder().setUnits(classes).build());
  }

  private static void layer(SequentialBlock features, int kernel, int padding, int filters) {
    features.add(
        Conv2d.builder()
            .setKernelShape(new Shape(kernel, kernel))
            .optPadding(new Shape(padding, padding))
            .setFilters(filters)
            .optBias(false)
            .build());
    features.add(BatchNorm.of(filters));
    features.add(new Elementwise(Elementwise.Function.ELU, 1).block());
  }
}
