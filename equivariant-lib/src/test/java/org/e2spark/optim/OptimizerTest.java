package org.e2spark.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {

  private static final Sgd.Style PLAIN = Sgd.Style.HEAVY_BALL;

  @AutoClose private final NDManager manager = NDManager.newBaseManager();

  /**
   * Final parameters after 12 steps of torch 1.13.1 from the same start along the same gradients.
   */
  static List<Arguments> torch() {
    return List.of(
        Arguments.of(
            Optimizer.adam(),
            0.01,
            new double[] {
              0.388336539, -1.33364773, 1.93149424, -0.0213806257,
              0.0957362503, -0.247703239, 0.254415035, 0.411641836
            }),
        Arguments.of(
            new Adam(0.8, 0.95, 1e-6, Penalties.weightDecay(0.05)),
            0.01,
            new double[] {
              0.390452921, -1.31599569, 1.93939948, -0.00650195964,
              0.0582311377, -0.0994047076, 0.194695562, 0.281087846
            }),
        Arguments.of(
            Sgd.plain(),
            0.05,
            new double[] {
              0.179105699, -1.32006431, 1.9561516, 0.226310328,
              0.100283526, -0.199843913, 0.299858093, 0.399715155
            }),
        Arguments.of(
            new Sgd(0.9, PLAIN, Penalties.weightDecay(5e-4)),
            0.05,
            new double[] {
              -1.29651773, -2.27437401, 1.07455885, 0.714690089,
              0.103125148, -0.204076901, 0.292371035, 0.397255838
            }),
        Arguments.of(
            new Sgd(0.9, Sgd.Style.NESTEROV, Penalties.weightDecay(0.01)),
            0.05,
            new double[] {
              -1.37588108, -2.14293528, 1.13912475, 0.8943156,
              0.10016498, -0.197501123, 0.284261197, 0.385437131
            }));
  }

  @ParameterizedTest
  @MethodSource("torch")
  void equalsTorch(Optimizer optimizer, double rate, double[] expected) {
    Map<String, NDArray> parameters = parameters();
    try (OptimizerState state = optimizer.start(manager, parameters)) {
      run(state, parameters, 1, 12, rate);
    }
    List<Double> values = values(parameters);
    for (int i = 0; i < expected.length; i++) {
      assertThat(values.get(i)).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("torch")
  void goesOnBitEquallyFromASavedState(Optimizer optimizer, double rate, double[] ignored) {
    Map<String, NDArray> through = parameters();
    Map<String, NDArray> halted = parameters();
    try (OptimizerState whole = optimizer.start(manager, through);
        OptimizerState first = optimizer.start(manager, halted)) {
      run(whole, through, 1, 12, rate);
      run(first, halted, 1, 5, rate);
      try (OptimizerState second = optimizer.start(manager, halted)) {
        second.restore(first.steps(), first.arrays());
        run(second, halted, 6, 12, rate);
        assertThat(second.steps()).isEqualTo(12);
      }
    }
    assertThat(values(halted)).isEqualTo(values(through));
  }

  @Test
  void penaltiesHoldForTheNamesTheyMatch() {
    Penalties penalties =
        new Penalties(
            List.of(new Penalties.Rule("bias$", 0, 0), new Penalties.Rule("^conv", 0.5, 0.25)));
    NDArray weight = manager.create(new float[] {2, -4});
    NDArray bias = manager.create(new float[] {3});
    Map<String, NDArray> parameters = Map.of("conv.weights", weight, "conv.bias", bias);
    Map<String, NDArray> zero =
        Map.of(
            "conv.weights", manager.zeros(new Shape(2)), "conv.bias", manager.zeros(new Shape(1)));
    try (OptimizerState state = new Sgd(0, PLAIN, penalties).start(manager, parameters)) {
      state.step(zero, 1);
    }
    assertThat(weight.toFloatArray()).containsExactly(2 - 0.5f - 0.5f, -4 + 0.5f + 1);
    assertThat(bias.toFloatArray()).containsExactly(3);
    assertThat(zero.get("conv.weights").toFloatArray()).containsOnly(0);
  }

  @Test
  void aStateOfAnotherNetworkIsRefused() {
    NDArray p = manager.ones(new Shape(2));
    try (OptimizerState state = Optimizer.adam().start(manager, Map.of("p", p))) {
      Map<String, NDArray> other =
          Map.of("p.exp_avg", manager.ones(new Shape(3)), "q.exp_avg", manager.ones(new Shape(2)));
      assertThatThrownBy(() -> state.restore(3, other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("p.exp_avg (2) (saved: (3))")
          .hasMessageContaining("p.exp_avg_sq (2) (saved: none)")
          .hasMessageContaining("q.exp_avg");
      assertThat(state.steps()).isZero();
      assertThatThrownBy(() -> state.step(Map.of(), 0.1)).hasMessageContaining("p has no gradient");
    }
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Adam(1, 0.9, 1e-8, Penalties.NONE)).hasMessageContaining("1.0");
    assertThatThrownBy(() -> new Sgd(0, Sgd.Style.NESTEROV, Penalties.NONE))
        .hasMessageContaining("momentum");
    assertThatThrownBy(() -> Penalties.weightDecay(-1)).hasMessageContaining("-1");
  }

  private Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    parameters.put("p", manager.create(new float[] {0.5f, -1.25f, 2, -0.03f}));
    parameters.put("q", manager.create(new float[] {0.1f, -0.2f, 0.3f, 0.4f}, new Shape(2, 2)));
    parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
    return parameters;
  }

  private void run(
      OptimizerState state, Map<String, NDArray> parameters, int from, int to, double rate) {
    for (int t = from; t <= to; t++) {
      float[] p = parameters.get("p").toFloatArray();
      float[] q = new float[4];
      for (int i = 0; i < 4; i++) {
        p[i] = (float) Math.sin(i * 0.7 + t * 0.3) + p[i] * 0.1f;
        q[i] = (float) Math.cos(i * 1.1 - t * 0.5) * 0.01f;
      }
      try (NDManager step = manager.newSubManager()) {
        state.step(Map.of("p", step.create(p), "q", step.create(q, new Shape(2, 2))), rate);
      }
    }
  }

  private static List<Double> values(Map<String, NDArray> parameters) {
    List<Double> values = new ArrayList<>();
    for (NDArray parameter : parameters.values()) {
      for (float value : parameter.toFloatArray()) {
        values.add((double) value);
      }
    }
    return values;
  }

  @Test
  void decoupledDecayShrinksParametersAndLeavesTheGradientAlone() {
    Penalties decay = new Penalties(List.of(new Penalties.Rule("q", 0, 0.1)));
    Map<String, NDArray> decayed = parameters();
    Map<String, NDArray> shrunk = parameters();
    try (OptimizerState adamW = new AdamW(0.9, 0.999, 1e-8, decay).start(manager, decayed);
        OptimizerState adam = Optimizer.adam().start(manager, shrunk)) {
      for (int step = 1; step <= 12; step++) {
        run(adamW, decayed, step, step, 0.01);
        shrunk.get("q").muli(1 - 0.01 * 0.1);
        run(adam, shrunk, step, step, 0.01);
      }
    }
    assertThat(values(decayed)).isEqualTo(values(shrunk));
    assertThatThrownBy(
            () ->
                new AdamW(
                    0.9, 0.999, 1e-8, new Penalties(List.of(new Penalties.Rule("bias", 1, 0)))))
        .hasMessageContaining("bias")
        .hasMessageContaining("l1 1.0");
  }
}
