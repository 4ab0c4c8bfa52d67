package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.GeometricTensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickstartTest {

  private static final Shape IMAGE = new Shape(2, 1, 29, 29);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void logitsDoNotChangeWithQuarterTurns(int turns) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = network(manager);
      NDArray x = manager.randomNormal(0, 1, IMAGE, DataType.FLOAT32);
      float[] upright = logits(network, x);
      float[] turned = logits(network, x.rotate90(turns, new int[] {2, 3}));
      for (int i = 0; i < upright.length; i++) {
        assertThat(turned[i]).isCloseTo(upright[i], org.assertj.core.data.Offset.offset(1e-4f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void featuresTurnWithQuarterTurns(int turns) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = network(manager);
      var features = (EquivariantModule) network.getChildren().get("01features");
      NDArray x = manager.randomNormal(0, 1, IMAGE, DataType.FLOAT32);
      GeometricTensor y = features.forward(features.inType().wrap(x));
      GeometricTensor z =
          features.forward(features.inType().wrap(x.rotate90(turns, new int[] {2, 3})));
      NDArray expected = y.array().rotate90(turns, new int[] {2, 3});
      double error = z.array().sub(expected).abs().max().getFloat();
      assertThat(error).isLessThan(1e-5 * expected.abs().max().getFloat());
    }
  }

  private static Block network(NDManager manager) {
    manager.getEngine().setRandomSeed(5);
    Block network = Presets.create("quickstart/c8", 1, 10);
    Networks.initialize(network, manager, IMAGE, 5);
    // Statistics as after training, so that normalisation is not the identity.
    network.forward(
        new ParameterStore(manager, false),
        new NDList(manager.randomNormal(0, 1, new Shape(8, 1, 29, 29), DataType.FLOAT32)),
        true);
    return network;
  }

  private static float[] logits(Block network, NDArray x) {
    return network
        .forward(new ParameterStore(x.getManager(), false), new NDList(x), false)
        .singletonOrThrow()
        .toFloatArray();
  }
}
