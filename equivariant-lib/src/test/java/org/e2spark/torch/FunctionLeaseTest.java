package org.e2spark.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.List;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.convolution.Evaluation;
import org.junit.jupiter.api.Test;

/** Large programs are compiled once for all who hold them, and freed with the last. */
class FunctionLeaseTest {

  @Test
  void holdersShareAFunctionUntilTheLastOneCloses() {
    int before = FunctionLease.held();
    FunctionLease first = lease();
    FunctionLease second = lease();
    assertThat(FunctionLease.held()).isEqualTo(before + 1);
    first.close();
    first.close();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.create(new float[] {2, 3});
      assertThat(second.apply(manager, x).toFloatArray()).containsExactly(7, 10);
    }
    second.close();
    assertThat(FunctionLease.held()).isEqualTo(before);
  }

  @Test
  void aClosedNetworkHoldsNone() {
    Shape images = new Shape(1, 1, 29, 29);
    int before = FunctionLease.held();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.create("quickstart/c8", 1, 10);
      Evaluation.FACTORISED.applyTo(network);
      Networks.initialize(network, manager, images, 1);
      try (NDManager sub = manager.newSubManager()) {
        NDArray x = sub.ones(images);
        try (var scope = Autograd.record()) {
          var y = network.forward(new ParameterStore(sub, false), new NDList(x), true).get(0);
          scope.backward(y.square().sum());
        }
        network.forward(new ParameterStore(sub, false), new NDList(x), false);
      }
      assertThat(FunctionLease.held()).isGreaterThan(before);
      Networks.close(network);
    }
    assertThat(FunctionLease.held()).isEqualTo(before);
  }

  private static FunctionLease lease() {
    return FunctionLease.of("x", List.of("y = torch.mul(x, 3.)"), "torch.add(y, 1.)");
  }
}
