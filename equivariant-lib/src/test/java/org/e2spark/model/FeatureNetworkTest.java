package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Random;
import org.e2spark.interchange.PlainNetwork;
import org.e2spark.torch.EngineStart;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FeatureNetworkTest {

  private static final int SIDE = 29;
  private static final int CLASSES = 10;
  private static final List<Double> HALF = List.of(0.5);

  @AutoClose private static final NDManager manager = EngineStart.ensure().newBaseManager();

  private static Block network;
  private static NDArray images;

  @BeforeAll
  static void build() {
    network = Presets.create("quickstart/c8", 1, CLASSES);
    Networks.initialize(network, manager, new Shape(1, 1, SIDE, SIDE), 3);
    byte[] pixels = new byte[3 * SIDE * SIDE];
    new Random(4).nextBytes(pixels);
    images =
        manager.create(
            java.nio.ByteBuffer.wrap(pixels), new Shape(3, 1, SIDE, SIDE), DataType.UINT8);
  }

  private static NDArray apply(Block block, NDArray x) {
    return block
        .forward(new ParameterStore(manager, false), new NDList(x), false)
        .singletonOrThrow();
  }

  /** The features of the images, having seen that the logits behind them are the network's. */
  private static NDArray features(String layer, FeatureKind kind, NDArray x) {
    try (PlainNetwork plain = FeatureNetwork.export(network, layer, kind, HALF, HALF)) {
      NDArray all = apply(plain, x);
      long width = all.getShape().get(1) - CLASSES;
      NDArray scaled = x.toType(DataType.FLOAT32, true).div(127.5).sub(1);
      assertClose(all.get(new NDIndex(":, {}:", width)), apply(network, scaled));
      return all.get(new NDIndex(":, :{}", width));
    }
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    float[] values = actual.toFloatArray();
    float[] others = expected.toFloatArray();
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).as("value %s", i).isCloseTo(others[i], within(1e-4f));
    }
  }

  private static NDArray turned(NDArray x) {
    return x.rotate90(1, new int[] {2, 3});
  }

  @Test
  void theVectorBeforeTheHeadAndFieldInvariantsStayWhenTheImageIsTurned() {
    for (String layer : List.of(FeatureNetwork.BEFORE_HEAD, "features.6", "features.8")) {
      NDArray upright = features(layer, FeatureKind.INVARIANT, images);
      assertClose(features(layer, FeatureKind.INVARIANT, turned(images)), upright);
    }
    assertThat(features("", FeatureKind.INVARIANT, images).getShape()).isEqualTo(new Shape(3, 48));
    assertThat(features("features.6", FeatureKind.INVARIANT, images).getShape())
        .isEqualTo(new Shape(3, 12));
  }

  @Test
  void orientationsMoveRoundWhenTheImageIsTurned() {
    NDArray upright = features("features.6", FeatureKind.ORIENTATIONS, images);
    assertThat(upright.getShape()).isEqualTo(new Shape(3, 8));
    NDArray turned = features("features.6", FeatureKind.ORIENTATIONS, turned(images));
    // A quarter turn is two of eight steps.
    NDArray moved = upright.get(new NDIndex(":, 6:")).concat(upright.get(new NDIndex(":, :6")), 1);
    assertClose(turned, moved);
  }

  @Test
  void channelsAreTheMeanOfTheMap() {
    NDArray map = features("features.10", FeatureKind.MAP, images);
    NDArray channels = features("features.10", FeatureKind.CHANNELS, images);
    long count = channels.getShape().get(1);
    assertClose(map.reshape(3, count, -1).mean(new int[] {2}), channels);
  }

  @Test
  void whatIsNotThereIsRefusedByName() {
    assertThatThrownBy(() -> features("features.12", FeatureKind.MAP, images))
        .hasMessageContaining("No layer 'features.12'")
        .hasMessageContaining("features.11, head");
    assertThatThrownBy(() -> features("features.11", FeatureKind.ORIENTATIONS, images))
        .hasMessageContaining("no regular fields");
    assertThatThrownBy(() -> features("", FeatureKind.ORIENTATIONS, images))
        .hasMessageContaining("gives a vector");
    assertThatThrownBy(() -> features("head", FeatureKind.INVARIANT, images))
        .hasMessageContaining("gives a vector");
  }
}
