package org.e2spark.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ReLU;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gradients of a recording in segments. */
class CutsTest {

  @ParameterizedTest
  @EnumSource(
      value = Evaluation.class,
      names = {"DENSE", "FACTORISED"})
  void whatComesAfterACutIsCompleteWhenItIsReachedAndTheRestIsUntouched(Evaluation evaluation) {
    try (NDManager manager = EngineStart.ensure().newBaseManager()) {
      EquivariantSequential network = network(evaluation);
      Networks.initialize(network, manager, new Shape(1, 1, 9, 9), 3);
      Map<String, float[]> whole = differentiate(manager, network, null);
      List<Integer> heard = new ArrayList<>();
      List<Map<String, float[]>> then = new ArrayList<>();
      List<EquivariantModule> modules = network.modules();
      Cuts cuts =
          new Cuts(
              List.of(modules.get(2), modules.get(4)),
              cut -> {
                heard.add(cut);
                then.add(gradients(network));
              });
      assertThat(differentiate(manager, network, cuts)).usingRecursiveComparison().isEqualTo(whole);
      assertThat(heard).containsExactly(1, 0);
      for (int i = 0; i < 2; i++) {
        int begin = i == 0 ? 4 : 2;
        then.get(i)
            .forEach(
                (name, gradient) -> {
                  boolean isComplete = Integer.parseInt(name.substring(0, 1)) >= begin;
                  assertThat(gradient)
                      .as(name)
                      .isEqualTo(isComplete ? whole.get(name) : new float[gradient.length]);
                });
      }
    }
  }

  private static EquivariantSequential network(Evaluation evaluation) {
    Rot2dOnR2 space = new Rot2dOnR2(8);
    FieldType in = FieldType.of(space, space.trivial(), 1);
    FieldType hidden = FieldType.of(space, space.regular(), 2);
    return EquivariantSequential.of(
        R2Conv.builder(in, hidden).kernelSize(3).evaluation(evaluation).build(),
        new ReLU(hidden),
        R2Conv.builder(hidden, hidden).kernelSize(3).evaluation(evaluation).build(),
        new ReLU(hidden),
        R2Conv.builder(hidden, in).kernelSize(3).evaluation(evaluation).build());
  }

  private static Map<String, float[]> differentiate(
      NDManager manager, EquivariantSequential network, Cuts cuts) {
    List<NDArray> trained = new ArrayList<>();
    StateDict.of(network).values().forEach(parameter -> trained.add(parameter.getArray()));
    Autograd.zeroGradients(trained);
    try (NDManager scratch = manager.newSubManager();
        Autograd scope = cuts == null ? Autograd.record() : Autograd.record(cuts)) {
      NDArray x = scratch.arange(2 * 81f).sin().reshape(2, 1, 9, 9);
      NDArray y = network.forward(new ParameterStore(scratch, false), new NDList(x), true).get(0);
      scope.backward(y.pow(2).sum());
    }
    return gradients(network);
  }

  private static Map<String, float[]> gradients(EquivariantSequential network) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (Map.Entry<String, Parameter> entry : StateDict.of(network).entrySet()) {
      if (entry.getValue().requiresGradient()) {
        try (NDArray gradient = entry.getValue().getArray().getGradient()) {
          gradients.put(entry.getKey(), gradient.toFloatArray());
        }
      }
    }
    return gradients;
  }
}
