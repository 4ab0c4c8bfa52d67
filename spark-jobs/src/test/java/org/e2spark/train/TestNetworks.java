package org.e2spark.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import java.util.HashMap;
import java.util.Map;
import org.e2spark.checkpoint.Safetensors;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Classifier;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ReLU;
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

  public static Block normalized(int channels, int classes) {
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

  /** With steerable convolutions. */
  public static Block steerable(int channels, int classes) {
    var space = new Rot2dOnR2(4);
    FieldType image = FieldType.of(space, space.trivial(), channels);
    FieldType hidden = FieldType.of(space, space.regular(), 4);
    return new Classifier(
        EquivariantSequential.of(
            R2Conv.builder(image, hidden).kernelSize(5).stride(2).build(),
            new ReLU(hidden),
            R2Conv.builder(hidden, hidden).kernelSize(5).stride(2).build(),
            new ReLU(hidden)),
        Classifier.Reduction.MAX,
        Linear.builder().setUnits(classes).build());
  }

  private static Block conv(int filters) {
    return Conv2d.builder().setKernelShape(new Shape(3, 3)).setFilters(filters).build();
  }

  /** The numbers of saved tensors, by name. */
  public static Map<String, float[]> values(byte[] weights) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, float[]> values = new HashMap<>();
      for (Map.Entry<String, NDArray> entry : Safetensors.decode(manager, weights).entrySet()) {
        values.put(entry.getKey(), entry.getValue().toFloatArray());
      }
      return values;
    }
  }
}
