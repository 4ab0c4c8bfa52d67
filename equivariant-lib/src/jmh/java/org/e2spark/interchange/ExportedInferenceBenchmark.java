package org.e2spark.interchange;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import java.util.concurrent.TimeUnit;
import org.e2spark.model.Networks;
import org.e2spark.model.Presets;
import org.e2spark.nn.normalization.BatchNorm;
import org.e2spark.torch.Autograd;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Logits of 16 images by "mnist-bench/regular-c8", one thread: as it evaluates itself, exported,
 * and by a conventional network of DJL's own blocks with as many channels, with batch normalisation
 * and without.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=ExportedInferenceBenchmark
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 10, time = 2)
@Fork(3)
@State(Scope.Benchmark)
public class ExportedInferenceBenchmark {

  /** Whose inference is timed. */
  public enum Network {
    STEERABLE,
    EXPORTED,
    CONVENTIONAL_NORMALIZED,
    CONVENTIONAL
  }

  static final Shape IMAGES = new Shape(16, 1, 28, 28);
  static final int[] KERNELS = {7, 5, 5, 5, 5, 5};
  static final int[] PADDINGS = {1, 2, 2, 2, 2, 0};
  static final int[] CHANNELS = {128, 272, 360, 360, 544, 512};

  /** The network. */
  @Param public Network network;

  private NDManager manager;
  private Block block;
  private NDArray images;
  private ParameterStore store;
  private Autograd paused;

  /** Builds the network, with statistics as after training. */
  @Setup(Level.Trial)
  public void build() {
    manager = NDManager.newBaseManager("PyTorch");
    paused = Autograd.pause();
    images = manager.randomNormal(0, 1, IMAGES, DataType.FLOAT32);
    store = new ParameterStore(manager, false);
    switch (network) {
      case STEERABLE -> block = trained(Presets.create("mnist-bench/regular-c8", 1, 10));
      case EXPORTED ->
          block = PlainNetwork.of(trained(Presets.create("mnist-bench/regular-c8", 1, 10)));
      case CONVENTIONAL_NORMALIZED -> block = trained(conventional(true));
      case CONVENTIONAL -> block = trained(conventional(false));
    }
  }

  private Block trained(Block fresh) {
    Networks.initialize(fresh, manager, IMAGES, 1);
    fresh.forward(store, new NDList(images), true).close();
    return fresh;
  }

  private static Block conventional(boolean normalized) {
    var block = new SequentialBlock();
    for (int stage = 0; stage < KERNELS.length; stage++) {
      block.add(
          Conv2d.builder()
              .setKernelShape(new Shape(KERNELS[stage], KERNELS[stage]))
              .optPadding(new Shape(PADDINGS[stage], PADDINGS[stage]))
              .setFilters(CHANNELS[stage])
              .build());
      if (normalized) {
        block.add(BatchNorm.of(CHANNELS[stage]));
      }
      block.add(Activation.eluBlock(1));
      if (stage == 1 || stage == 3) {
        block.add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)));
      }
    }
    block.add(Pool.globalMaxPool2dBlock());
    block.add(Linear.builder().setUnits(64).build());
    block.add(Activation.eluBlock(1));
    return block.add(Linear.builder().setUnits(10).build());
  }

  /** Frees the network. */
  @TearDown(Level.Trial)
  public void close() {
    if (block instanceof PlainNetwork exported) {
      exported.close();
    }
    paused.close();
    manager.close();
  }

  /** One batch. */
  @Benchmark
  public float[] logits() {
    try (NDManager step = manager.newSubManager()) {
      NDArray x = images.reshape(IMAGES);
      x.attach(step);
      return block.forward(store, new NDList(x), false).singletonOrThrow().toFloatArray();
    }
  }
}
