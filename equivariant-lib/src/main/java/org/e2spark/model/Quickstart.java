package org.e2spark.model;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import org.e2spark.nn.BatchNorm;

/**
 * The two small networks of the quick start: a steerable one, and a conventional one with more
 * parameters.
 */
final class Quickstart {

  private Quickstart() {}

  /**
   * Three convolutions with batch normalisation and ELU, two maximum poolings: 90,082 parameters
   * for 10 classes.
   */
  static Block cnn(int channels, int classes) {
    var features = new SequentialBlock();
    layer(features, 7, 1, 24);
    features.add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
    layer(features, 5, 2, 40);
    features.add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
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
    features.add(Activation.eluBlock(1f));
  }
}
