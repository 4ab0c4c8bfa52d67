package org.e2spark.train;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import org.e2spark.nn.normalization.BatchNorm;

/** Small networks, with and without batch normalisation. */
public final class TestNetworks {

  private TestNetworks() {}

  public static Block plain(int channels, int classes) {
    return new SequentialBlock()
        .add(conv(4))
        .add(Activation.reluBlock())
        .add(conv(6))
        .add(Activation.reluBlock())
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(classes).build());
  }

  public static Block normalised(int channels, int classes) {
    return new SequentialBlock()
        .add(conv(4))
        .add(BatchNorm.of(4))
        .add(Activation.reluBlock())
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(classes).build());
  }

  /** With few parameters, as a whole run of it is kept in the test resources. */
  public static Block pooled(int channels, int classes) {
    Shape third = new Shape(9, 27);
    return new SequentialBlock()
        .add(conv(3))
        .add(BatchNorm.of(3))
        .add(Activation.reluBlock())
        .add(Pool.maxPool2dBlock(third, third))
        .add(Blocks.batchFlattenBlock())
        .add(Linear.builder().setUnits(classes).build());
  }

  private static Block conv(int filters) {
    return Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(filters).build();
  }
}
