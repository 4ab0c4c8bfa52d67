package org.e2spark.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.e2spark.model.Networks;
import org.e2spark.model.ResidentMemory;
import org.e2spark.torch.Autograd;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What steerability costs: a training step and an evaluation of the MNIST benchmark's network with
 * regular C8 fields, and of a conventional network with the same channels, with the process's
 * highest resident memory; and the expansion of all its filters, with the way back of the gradient,
 * by itself.
 *
 * <p>One thread, batches of 16. Before each step the steerable network's weights are written to, as
 * an optimiser does, so that every filter is expanded anew.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=SteerabilityCostBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 30)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch"})
public class SteerabilityCostBenchmark {

  private static final int BATCH = 16;

  /** Somewhere to write the filters of one network to. */
  @State(Scope.Thread)
  public static class Filters {
    private final List<NDArray> arrays = new ArrayList<>();

    /** Makes them; they belong to the network's manager. */
    @Setup
    public void make(SteerabilityCostBenchmark benchmark) {
      for (SteerableConvolution convolution : benchmark.convolutions) {
        arrays.add(convolution.expandFilter(benchmark.manager).stopGradient());
      }
    }
  }

  /** Which network. */
  @Param({"steerable", "plain"})
  public String network;

  private NDManager manager;
  private Block block;
  private List<SteerableConvolution> convolutions;
  private NDArray images;
  private NDArray labels;

  /** Builds the network. */
  @Setup
  public void build() {
    manager = NDManager.newBaseManager("PyTorch");
    block = network.equals("plain") ? RegularC8.plain() : RegularC8.steerable();
    Networks.initialize(block, manager, new Shape(1, 1, 28, 28), 1);
    convolutions = RegularC8.convolutions(block);
    images = manager.randomNormal(0, 1, new Shape(BATCH, 1, 28, 28), DataType.FLOAT32);
    labels = manager.zeros(new Shape(BATCH), DataType.INT32);
  }

  /** Frees it. */
  @TearDown
  public void close() {
    manager.close();
  }

  /**
   * Forward and backward. The optimiser's step is left out: it costs the same per parameter, and
   * the steerable network has an eighth of them.
   */
  @Benchmark
  public float trainingStep(ResidentMemory memory) {
    convolutions.forEach(convolution -> weights(convolution).muli(1));
    try (NDManager step = manager.newSubManager();
        var scope = Autograd.record()) {
      NDArray y = forward(step, true);
      NDArray target = labels.reshape(BATCH);
      target.attach(step);
      NDArray loss = Loss.softmaxCrossEntropyLoss().evaluate(new NDList(target), new NDList(y));
      scope.backward(loss);
      memory.read();
      return loss.getFloat();
    }
  }

  /** A forward pass for evaluation. */
  @Benchmark
  public float inference() {
    try (NDManager step = manager.newSubManager();
        var scope = Autograd.pause()) {
      return forward(step, false).toFloatArray()[0];
    }
  }

  /** All filters from their weights, and the gradient back; nothing for the plain network. */
  @Benchmark
  public float expansion(Filters filters) {
    float sum = 0;
    for (int i = 0; i < convolutions.size(); i++) {
      FilterExpansion expansion = convolutions.get(i).expansion();
      NDArray weights = weights(convolutions.get(i));
      expansion.expandInto(weights, filters.arrays.get(i));
      try (NDArray gradient = expansion.pullBack(weights, filters.arrays.get(i))) {
        sum += gradient.getFloat(0);
      }
    }
    return sum;
  }

  private static NDArray weights(SteerableConvolution convolution) {
    return convolution.getDirectParameters().get("weights").getArray();
  }

  private NDArray forward(NDManager step, boolean training) {
    NDArray x = images.reshape(images.getShape());
    x.attach(step);
    return block
        .forward(new ParameterStore(step, false), new NDList(x), training)
        .singletonOrThrow();
  }
}
