package org.e2spark.nn.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.model.Networks;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.Mode;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.Ops;
import org.junit.jupiter.api.Test;

/** Networks give the same numbers and gradients however their convolutions are evaluated. */
class EvaluationTest {

  private static final GSpace C4 = new Rot2dOnR2(4);
  private static final FieldType IN = FieldType.of(C4, C4.trivial(), 2);
  private static final FieldType HIDDEN = FieldType.of(C4, C4.regular(), 3);

  private record Pass(NDArray output, List<NDArray> gradients) {}

  @Property(tries = 6)
  void residualNetworksHaveTheSameGradients(@ForAll long seed) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Pass dense = pass(manager, seed, Evaluation.DENSE);
      Pass factorised = pass(manager, seed, Evaluation.FACTORISED);
      assertClose(factorised.output(), dense.output());
      for (int i = 0; i < dense.gradients().size(); i++) {
        assertClose(factorised.gradients().get(i), dense.gradients().get(i));
      }
    }
  }

  /** Networks of the same layers run the same compiled programs. */
  @Test
  void threadsTrainAtOnce() throws Exception {
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      var barrier = new CyclicBarrier(threads);
      List<Callable<Pass>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        long seed = t;
        tasks.add(
            () -> {
              barrier.await();
              return pass(manager.newSubManager(), seed, Evaluation.FACTORISED);
            });
      }
      List<Future<Pass>> together = pool.invokeAll(tasks);
      for (int t = 0; t < threads; t++) {
        Pass alone = pass(manager, t, Evaluation.FACTORISED);
        assertThat(together.get(t).get().output()).isEqualTo(alone.output());
        assertThat(together.get(t).get().gradients()).isEqualTo(alone.gradients());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /**
   * Two blocks {@code x + f(x)} behind a first layer, so that several convolutions take one array
   * and several paths lead to it.
   */
  private static Pass pass(NDManager manager, long seed, Evaluation evaluation) {
    EquivariantSequential stem = chain(IN, HIDDEN);
    EquivariantSequential first = chain(HIDDEN, HIDDEN);
    EquivariantSequential second = chain(HIDDEN, HIDDEN);
    R2Conv shortcut =
        R2Conv.builder(HIDDEN, HIDDEN)
            .kernelSize(3)
            .padding(1)
            .paddingMode(Ops.Border.REFLECT)
            .build();
    var all = EquivariantSequential.of(stem, first, second, shortcut);
    evaluation.applyTo(all);
    Shape shape = new Shape(3, IN.size(), 7, 6);
    Networks.initialize(all, manager, shape, seed);
    NDArray x = manager.create(numbers(seed, (int) shape.size()), shape);
    x.setRequiresGradient(true);
    NDArray y;
    try (var scope = Autograd.record()) {
      var a = stem.forward(IN.wrap(x), Mode.TRAINING);
      var b = HIDDEN.wrap(first.forward(a, Mode.TRAINING).array().add(a.array()));
      var c = second.forward(b, Mode.TRAINING).array();
      y = c.add(shortcut.forward(b, Mode.TRAINING).array()).add(b.array());
      scope.backward(y, manager.create(numbers(seed + 1, (int) y.size()), y.getShape()));
    }
    List<NDArray> gradients = new ArrayList<>(List.of(x.getGradient()));
    for (Parameter parameter : StateDict.of(all).values()) {
      if (parameter.requiresGradient()) {
        gradients.add(parameter.getArray().getGradient());
      }
    }
    return new Pass(y, gradients);
  }

  /** Without a shift: before batch normalisation its gradient is nothing but rounding. */
  private static EquivariantSequential chain(FieldType in, FieldType out) {
    return EquivariantSequential.of(
        R2Conv.builder(in, out).kernelSize(3).padding(1).noBias().build(),
        new InnerBatchNorm(out),
        new ELU(out));
  }

  @Test
  void gradientsOfSeveralPassesAddUp() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        R2Conv layer = layer(manager)) {
      NDArray x = manager.create(numbers(3, 2 * 2 * 25), new Shape(2, 2, 5, 5));
      NDArray weights = layer.getDirectParameters().get("weights").getArray();
      try (var scope = Autograd.record()) {
        NDArray a = layer.forward(IN.wrap(x), Mode.TRAINING).array();
        NDArray b = layer.forward(IN.wrap(x.mul(2)), Mode.TRAINING).array();
        scope.backward(a, a.onesLike());
        NDArray once = weights.getGradient().duplicate();
        scope.backward(b, b.onesLike());
        assertClose(weights.getGradient(), once.mul(3));
        assertThatThrownBy(() -> scope.backward(b, b.onesLike()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("taken already");
      }
    }
  }

  @Test
  void frozenWeightsLetGradientsThroughToImages() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        R2Conv layer = layer(manager)) {
      layer.getDirectParameters().get("weights").getArray().setRequiresGradient(false);
      NDArray x = manager.create(numbers(3, 2 * 2 * 25), new Shape(2, 2, 5, 5));
      x.setRequiresGradient(true);
      try (var scope = Autograd.record()) {
        NDArray y = layer.forward(IN.wrap(x), Mode.EVALUATION).array();
        scope.backward(y, y.onesLike());
      }
      assertThat(x.getGradient().abs().sum().getFloat()).isPositive();
    }
  }

  private static R2Conv layer(NDManager manager) {
    R2Conv layer =
        R2Conv.builder(IN, HIDDEN).kernelSize(3).evaluation(Evaluation.FACTORISED).build();
    Networks.initialize(layer, manager, new Shape(2, 2, 5, 5), 1);
    return layer;
  }

  @Test
  void unknownEvaluationsAreRefused() {
    assertThatThrownBy(() -> Evaluation.of("fast"))
        .hasMessage("Invalid evaluation: fast (must be dense, factorised or auto)");
  }

  private static float[] numbers(long seed, int count) {
    var random = new java.util.Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat(-1, 1);
    }
    return numbers;
  }

  private static void assertClose(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.getDataType()).isEqualTo(DataType.FLOAT32);
    float scale = Math.max(1e-2f, expected.abs().max().getFloat());
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-4f * scale);
  }
}
