package org.e2spark.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.R2Conv;
import org.junit.jupiter.api.Test;

/**
 * Large programs are compiled once for all who hold them, and freed with the last.
 *
 * <p>Other tests of this JVM may have left networks that are collected while these run, so these
 * look at programs that no other test has.
 */
class FunctionLeaseTest {

  @Test
  void holdersShareAFunctionUntilTheLastOneCloses() {
    Set<String> others = FunctionLease.held();
    FunctionLease first = lease();
    Set<String> own = heldBeside(others);
    assertThat(own).hasSize(1);
    FunctionLease second = lease();
    assertThat(heldBeside(others)).isEqualTo(own);
    first.close();
    first.close();
    assertThat(heldBeside(others)).isEqualTo(own);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray x = manager.create(new float[] {2, 3});
      assertThat(second.apply(manager, x).toFloatArray()).containsExactly(7, 10);
    }
    second.close();
    assertThat(heldBeside(others)).isEmpty();
  }

  @Test
  void aClosedNetworkHoldsNone() {
    Shape images = new Shape(1, 1, 29, 29);
    Set<String> others = FunctionLease.held();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = network();
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
      assertThat(heldBeside(others)).hasSizeGreaterThan(2);
      Networks.close(network);
    }
    assertThat(heldBeside(others)).isEmpty();
  }

  private static Set<String> heldBeside(Set<String> others) {
    Set<String> own = new TreeSet<>(FunctionLease.held());
    own.removeAll(others);
    return own;
  }

  private static FunctionLease lease() {
    return FunctionLease.of("x", List.of("y = torch.mul(x, 3.)"), "torch.add(y, 1.)");
  }

  private static Block network() {
    GSpace space = new Rot2dOnR2(8);
    FieldType image = FieldType.of(space, space.trivial(), 1);
    FieldType eleven = FieldType.of(space, space.regular(), 11);
    FieldType seven = FieldType.of(space, space.regular(), 7);
    return EquivariantSequential.of(
        R2Conv.builder(image, eleven).kernelSize(7).padding(1).build(),
        R2Conv.builder(eleven, seven).kernelSize(5).padding(2).build());
  }
}
