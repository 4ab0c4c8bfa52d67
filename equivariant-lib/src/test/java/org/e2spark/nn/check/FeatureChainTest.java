package org.e2spark.nn.check;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.GeometricTensor;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.check.FeatureChain.LayerDeviation;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.pooling.PointwiseMaxPool;
import org.junit.jupiter.api.Test;

class FeatureChainTest {

  private static NDArray images(NDManager manager, int size) {
    return manager.randomNormal(0, 1, new Shape(1, 1, size, size), DataType.FLOAT32);
  }

  @Test
  void theLayersOfAPresetAreFollowedThroughARestriction() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      manager.getEngine().setRandomSeed(1);
      Block network = Presets.create("examples/e2wrn10-4-reflection", 1, 3);
      NDArray x = images(manager, 33);
      Networks.initialize(network, manager, x.getShape(), 1);
      FeatureChain chain = FeatureChain.of(network);
      List<LayerDeviation> found = chain.deviations(x);
      assertThat(found).hasSameSizeAs(chain.layers());
      for (LayerDeviation deviation : found) {
        assertThat(deviation.fromInputOnGrid()).as(deviation.layer().label()).isLessThan(1e-4);
        assertThat(deviation.ownOnGrid()).as(deviation.layer().label()).isLessThan(1e-5);
      }
      GeometricTensor last = chain.features(x).get(chain.layers().size() - 1);
      NDArray pooled = last.array().mean(new int[] {3}).mean(new int[] {2});
      NDArray logits =
          network.forward(new ParameterStore(manager, false), new NDList(x), false).get(0);
      NDArray weight = StateDict.of(network).get("head.weight").getArray();
      NDArray bias = StateDict.of(network).get("head.bias").getArray();
      assertThat(pooled.matMul(weight.transpose()).add(bias).sub(logits).abs().max().getFloat())
          .isLessThan(1e-4f);
    }
  }

  @Test
  void theLayerThatMissesTheCentreIsTheOneToBlame() {
    var c4 = new Rot2dOnR2(4);
    FieldType image = FieldType.of(c4, c4.trivial(), 1);
    FieldType fields = FieldType.of(c4, c4.regular(), 2);
    var network =
        EquivariantSequential.of(
            R2Conv.builder(image, fields).kernelSize(3).padding(1).build(),
            PointwiseMaxPool.of(fields, 2),
            new ELU(fields));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      manager.getEngine().setRandomSeed(2);
      NDArray x = images(manager, 9);
      Networks.initialize(network, manager, x.getShape(), 1);
      List<LayerDeviation> found = FeatureChain.of(network).deviations(x);
      assertThat(found).extracting(d -> d.layer().name()).containsExactly("0", "1", "2");
      assertThat(found.get(0).ownOnGrid()).isLessThan(1e-5);
      assertThat(found.get(1).ownOnGrid()).isGreaterThan(0.1);
      assertThat(found.get(2).ownOnGrid()).isLessThan(1e-5);
      assertThat(found.get(2).fromInputOnGrid()).isGreaterThan(0.1);
    }
  }

  @Test
  void aConventionalNetworkHasNoSuchLayers() {
    assertThat(FeatureChain.of(Presets.create("quickstart/cnn", 1, 2)).layers()).isEmpty();
  }
}
