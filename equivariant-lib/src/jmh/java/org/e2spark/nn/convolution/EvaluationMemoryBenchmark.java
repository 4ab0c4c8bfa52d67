package org.e2spark.nn.convolution;

import ai.djl.nn.Block;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import org.e2spark.model.ResidentMemory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The highest memory of a training step with factorised convolutions, as a share of that with dense
 * ones, for a preset of each family: resident memory beyond that of the process with an initialised
 * network.
 *
 * <p>In one process, factorised steps before dense ones: memory that has been freed may stay with
 * the process, so that the higher peak must come last. Where factorised evaluation needs more, the
 * share is 1. What the engine takes for itself at its first step counts as the factorised step's.
 *
 * <p>One thread, batches of 16. Read {@code share}.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=EvaluationMemoryBenchmark
 * </pre>
 */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.SingleShotTime)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class EvaluationMemoryBenchmark extends FixedHeapConditions {

  private static final int STEPS = 2;

  /** A preset. */
  @Param({
    "quickstart/c8",
    "examples/c8-steerable-cnn",
    "examples/e2wrn10-4-rot90",
    "mnist-final/c16",
    "mnist-final/c16-quotient",
    "mnist-final/d16-c16-r5",
    "mnist-restrict/d16-c1-r3",
    "mnist-bench/regular-c4",
    "mnist-bench/regular-c8",
    "mnist-bench/regular-c16",
    "mnist-bench/regular-d8",
    "mnist-bench/regular-d16",
    "mnist-bench/quotient-c16",
    "mnist-bench/regvector-c16",
    "mnist-bench/vectorfield-c16",
    "mnist-bench/scalarfield-c16",
    "mnist-bench/trivial-o2",
    "mnist-bench/gated_conv-so2-f3",
    "mnist-bench/gated_norm-o2-f3",
    "mnist-bench/hnet_conv-so2-f3",
    "mnist-bench/inducedgated_conv-o2-f3",
    "mnist-bench/inducedhnet_conv-o2-f3",
    "mnist-bench/realhnet-so2-f3",
    "mnist-bench/sharednorm-so2-f3",
    "mnist-bench/squash-so2-f3",
    "cifar10/e2wrn28-7-d8d4d1",
    "cifar10/e2wrn28-10-c8c4c1",
    "stl10/e2wrn16-8-d8d4d1-same-channels"
  })
  public String preset;

  private Block network;
  private TrainingStep step;

  /** Builds the network. */
  @Setup
  public void build() {
    Preset described =
        Presets.table().stream().filter(p -> p.name().equals(preset)).findFirst().orElseThrow();
    network = Presets.create(preset, described.channels(), 10);
    step = new TrainingStep(network, described.channels(), described.imageSize());
  }

  /** Frees it. */
  @TearDown
  public void close() {
    step.close();
  }

  /** Steps with factorised, then with dense convolutions. */
  @Benchmark
  public float trainingSteps(Peaks peaks) {
    long before = ResidentMemory.highest();
    float factorised = steps(Evaluation.FACTORISED);
    peaks.factorisedMegabytes = ResidentMemory.highest() - before;
    float dense = steps(Evaluation.DENSE);
    peaks.denseMegabytes = ResidentMemory.highest() - before;
    return factorised + dense;
  }

  private float steps(Evaluation evaluation) {
    evaluation.applyTo(network);
    float loss = 0;
    for (int i = 0; i < STEPS; i++) {
      loss += step.train();
    }
    return loss;
  }

  /** The highest resident memory beyond that before the steps. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Peaks {

    /** After factorised steps. */
    public long factorisedMegabytes;

    /** After dense steps. */
    public long denseMegabytes;

    /** Factorised over dense. */
    public double share() {
      return (double) factorisedMegabytes / Math.max(1, denseMegabytes);
    }
  }
}
