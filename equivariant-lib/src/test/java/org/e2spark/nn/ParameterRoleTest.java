package org.e2spark.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Map;
import java.util.TreeMap;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.interchange.PlainArrays;
import org.e2spark.interchange.PlainLayer;
import org.e2spark.model.Networks;
import org.e2spark.nn.normalization.BatchNormOptions;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.junit.jupiter.api.Test;

class ParameterRoleTest {

  private static final FieldType TYPE =
      FieldType.of(new Rot2dOnR2(4), new Rot2dOnR2(4).trivial(), 1);

  /** A block of nobody's that keeps a number. */
  private static final class Counter extends AbstractBlock {
    Counter() {
      addParameter(
          Parameter.builder()
              .setName("seen")
              .setType(Parameter.Type.OTHER)
              .optShape(new Shape(1))
              .optRequiresGrad(false)
              .build());
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      return inputs;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
      return inputShapes;
    }
  }

  /** A module that goes around {@code addWeight} and {@code addBuffer}. */
  private static final class Sneaky extends EquivariantModule {
    Sneaky() {
      super(TYPE, TYPE);
      addParameter(
          Parameter.builder()
              .setName("hidden")
              .setType(Parameter.Type.RUNNING_MEAN)
              .optShape(new Shape(1))
              .build());
    }

    @Override
    protected NDArray compute(ParameterStore store, NDArray x, Mode mode) {
      return x;
    }

    @Override
    public Shape outputShape(Shape input) {
      return input;
    }

    @Override
    public PlainLayer plainForm(PlainArrays arrays) {
      throw new IllegalStateException("Not asked for");
    }
  }

  private static Map<String, ParameterRole> roles(ai.djl.nn.Block block) {
    Map<String, ParameterRole> roles = new TreeMap<>();
    StateDict.entries(block).forEach(entry -> roles.put(entry.name(), entry.role()));
    return roles;
  }

  @Test
  void parametersOfDjlsOwnBlocksHaveTheRolesOfTheirKinds() {
    var block =
        new SequentialBlock()
            .add(Linear.builder().setUnits(3).build())
            .add(BatchNorm.builder().build());
    assertThat(roles(block))
        .containsEntry("0.weight", ParameterRole.TRAINED)
        .containsEntry("0.bias", ParameterRole.TRAINED)
        .containsEntry("1.weight", ParameterRole.TRAINED)
        .containsEntry("1.running_var", ParameterRole.AVERAGED);
  }

  @Test
  void countsOfBatchesAreCounted() {
    var norm =
        new InnerBatchNorm(
            TYPE, BatchNormOptions.DEFAULT.withStatistics(BatchNormOptions.Statistics.CUMULATIVE));
    assertThat(roles(norm).entrySet())
        .anySatisfy(
            entry -> {
              assertThat(entry.getKey()).endsWith("num_batches_tracked");
              assertThat(entry.getValue()).isEqualTo(ParameterRole.COUNTED);
            });
  }

  @Test
  void aBufferWithoutARoleIsRefusedBeforeAnythingIsInitialised() {
    try (NDManager manager = NDManager.newBaseManager()) {
      var block =
          new SequentialBlock().add(Linear.builder().setUnits(3).build()).add(new Counter());
      assertThatThrownBy(() -> Networks.initialize(block, manager, new Shape(1, 4), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Parameter seen of " + Counter.class.getName())
          .hasMessageContaining("addBuffer");
      assertThatThrownBy(() -> Networks.initialize(new Sneaky(), manager, new Shape(1, 1, 4, 4), 1))
          .hasMessageContaining("Parameter hidden of " + Sneaky.class.getName());
    }
  }
}
