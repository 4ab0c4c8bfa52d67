package org.e2spark.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.e2spark.gspace.GSpace;
import org.e2spark.gspace.Rot2dOnR2;
import org.e2spark.nn.EquivariantModule;
import org.e2spark.nn.FieldType;
import org.e2spark.nn.StateDict;
import org.e2spark.nn.container.EquivariantSequential;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.R2Conv;
import org.e2spark.nn.nonlinearity.ELU;
import org.e2spark.nn.normalization.InnerBatchNorm;
import org.e2spark.nn.pooling.GroupPooling;
import org.e2spark.nn.pooling.PointwiseAvgPoolAntialiased;
import org.e2spark.optim.OptimizerState;
import org.e2spark.optim.Sgd;
import org.e2spark.torch.Autograd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Native memory and threads: nothing grows with steps or builds, and threads do not disturb each
 * other.
 */
class ResourcesTest {

  private static final Shape IMAGES = new Shape(2, 1, 9, 9);

  /** Steps, or builds, between two looks at the process's memory. */
  private static final int STEPS = 400;

  private static final int BUILDS = 20;

  /**
   * Such intervals. What leaks grows in each of them; allocators and the compiler's threads take
   * memory once, tens of MiB, at a time of their own.
   */
  private static final int WINDOWS = 4;

  /**
   * Of an interval: 5 KiB a step; 100 KiB a build, a sixth of the network's constants and weights.
   */
  private static final long LEAK = 2L << 20;

  @Test
  void nativeMemoryIsFlatOverSteps() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = network();
      Networks.initialize(network, manager, IMAGES, 1);
      try (OptimizerState optimizer = Sgd.plain().start(manager, learnt(network))) {
        train(network, optimizer, manager, 0);
        int arrays = manager.getManagedArrays().size();
        long growth =
            leastGrowth(
                () -> {
                  for (int step = 0; step < STEPS; step++) {
                    train(network, optimizer, manager, step);
                  }
                });
        assertThat(manager.getManagedArrays()).hasSize(arrays);
        assertThat(growth).isLessThan(LEAK);
      }
    }
  }

  /** Half of the networks are freed by their manager, half by themselves. */
  @ParameterizedTest
  @EnumSource(
      value = Evaluation.class,
      names = {"DENSE", "FACTORISED"})
  void nativeMemoryIsFlatOverBuilds(Evaluation evaluation) throws IOException {
    try (NDManager lasting = NDManager.newBaseManager("PyTorch")) {
      assertThat(leastGrowth(() -> build(lasting, evaluation))).isLessThan(LEAK);
    }
  }

  private static long leastGrowth(Runnable interval) throws IOException {
    interval.run();
    long least = Long.MAX_VALUE;
    long before = residentAndNotHeap();
    for (int window = 0; window < WINDOWS; window++) {
      interval.run();
      long after = residentAndNotHeap();
      least = Math.min(least, after - before);
      before = after;
    }
    return least;
  }

  private static void build(NDManager lasting, Evaluation evaluation) {
    Shape images = new Shape(1, 1, 29, 29);
    for (int build = 0; build < BUILDS; build++) {
      try (NDManager passing = lasting.newSubManager()) {
        NDManager owner = build % 2 == 0 ? passing : lasting;
        Block network = Presets.create("quickstart/c8", 1, 10);
        evaluation.applyTo(network);
        Networks.initialize(network, owner, images, build);
        NDArray x = passing.ones(images);
        network.forward(new ParameterStore(passing, false), new NDList(x), false);
        if (owner == lasting) {
          Networks.close(network);
        }
      }
      assertThat(lasting.getManagedArrays()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart/c8",
        "examples/c8-steerable-cnn",
        "examples/e2wrn10-4-reflection",
        "mnist-bench/regular-d4",
        "mnist-bench/quotient-c4",
        "mnist-bench/vectorfield-c16",
        "mnist-bench/scalarfield-c16",
        "mnist-bench/gated_norm-so2-f3",
        "mnist-bench/sharednorm2-so2-f3",
        "mnist-bench/squash-so2-f3",
        "mnist-bench/inducedhnet_conv-o2-f7",
        "mnist-bench/inducedgated_norm-o2-f3",
        "mnist-restrict/d16-c1-r1",
        "mnist-bench/cnn"
      })
  void closingANetworkFreesEveryNativeArray(String preset) {
    int channels = preset.contains("wrn") ? 3 : 1;
    int size = Presets.imageSize(preset);
    Shape images = new Shape(2, channels, size, size);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = Presets.create(preset, channels, 3);
      Networks.initialize(network, manager, images, 1);
      try (NDManager sub = manager.newSubManager()) {
        NDArray x = sub.ones(images);
        try (var scope = Autograd.record()) {
          NDArray y = network.forward(new ParameterStore(sub, false), new NDList(x), true).get(0);
          scope.backward(y.square().sum());
        }
        network.forward(new ParameterStore(sub, false), new NDList(x), false);
      }
      int learnt = learnt(network).size();
      assertThat(manager.getManagedArrays().size()).isGreaterThan(learnt);
      Networks.close(network);
      assertThat(manager.getManagedArrays()).isEmpty();
    }
  }

  @Test
  void closingFreesParametersConstantsAndFilters() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      EquivariantModule features = features();
      Networks.initialize(features, manager, IMAGES, 1);
      try (NDManager sub = manager.newSubManager()) {
        features.forward(features.inType().wrap(sub.ones(IMAGES)));
      }
      assertThat(manager.getManagedArrays()).isNotEmpty();
      features.close();
      assertThat(manager.getManagedArrays()).isEmpty();
    }
  }

  @Test
  void evaluationLeavesOnlyItsResult() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      EquivariantModule features = features();
      Networks.initialize(features, manager, IMAGES, 1);
      try (NDManager sub = manager.newSubManager()) {
        NDArray x = sub.ones(IMAGES);
        NDArray y = features.forward(features.inType().wrap(x)).array();
        assertThat(sub.getManagedArrays()).containsExactlyInAnyOrder(x, y);
      }
    }
  }

  @Test
  void threadsTrainAsIfAlone() throws Exception {
    int threads = 3;
    Map<String, float[]> alone = trained();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Map<String, float[]>>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        tasks.add(ResourcesTest::trained);
      }
      for (Future<Map<String, float[]>> result : pool.invokeAll(tasks)) {
        assertThat(result.get()).usingRecursiveComparison().isEqualTo(alone);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static Map<String, float[]> trained() {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Block network = network();
      Networks.initialize(network, manager, IMAGES, 1);
      try (OptimizerState optimizer = Sgd.plain().start(manager, learnt(network))) {
        for (int step = 0; step < 30; step++) {
          train(network, optimizer, manager, step);
        }
      }
      Map<String, float[]> values = new LinkedHashMap<>();
      StateDict.of(network).forEach((name, p) -> values.put(name, p.getArray().toFloatArray()));
      return values;
    }
  }

  private static void train(Block network, OptimizerState optimizer, NDManager manager, int step) {
    try (NDManager sub = manager.newSubManager()) {
      NDArray x = sub.arange(162f).add(step).sin().reshape(IMAGES);
      NDArray labels = sub.create(new int[] {step % 3, 1});
      try (var scope = Autograd.record()) {
        NDArray y = network.forward(new ParameterStore(sub, false), new NDList(x), true).get(0);
        scope.backward(Loss.softmaxCrossEntropyLoss().evaluate(new NDList(labels), new NDList(y)));
      }
      Map<String, NDArray> arrays = learnt(network);
      Map<String, NDArray> gradients = new LinkedHashMap<>();
      arrays.forEach((name, array) -> gradients.put(name, array.getGradient()));
      optimizer.step(gradients, 0.01);
      gradients.values().forEach(NDArray::close);
      Autograd.zeroGradients(arrays.values());
    }
  }

  private static Map<String, NDArray> learnt(Block network) {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    StateDict.of(network)
        .forEach(
            (name, parameter) -> {
              if (parameter.requiresGradient()) {
                arrays.put(name, parameter.getArray());
              }
            });
    return arrays;
  }

  private static Block network() {
    return new Classifier(
        features(), Classifier.Reduction.MAX, Linear.builder().setUnits(3).build());
  }

  private static EquivariantModule features() {
    GSpace space = new Rot2dOnR2(4);
    FieldType image = FieldType.of(space, space.trivial(), 1);
    FieldType hidden =
        FieldType.of(space, space.regular(), space.trivial(), space.regular(), space.regular());
    return EquivariantSequential.of(
        R2Conv.builder(image, hidden).kernelSize(3).padding(1).build(),
        new InnerBatchNorm(hidden),
        new ELU(hidden),
        new PointwiseAvgPoolAntialiased(hidden, 0.66, 2),
        R2Conv.builder(hidden, hidden).kernelSize(3).build(),
        new InnerBatchNorm(hidden),
        new ELU(hidden),
        new GroupPooling(hidden));
  }

  /** Resident memory of the process that is not the Java heap, in bytes. */
  private static long residentAndNotHeap() throws IOException {
    System.gc();
    long resident =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("RssAnon:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .findFirst()
            .orElseThrow();
    return resident - Runtime.getRuntime().totalMemory();
  }
}
