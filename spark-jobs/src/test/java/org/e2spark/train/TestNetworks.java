package org.e2spark.train;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
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

  private static Block conv(int filters) {
    return Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(filters).build();
  }
}
