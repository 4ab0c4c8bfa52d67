package org.e2spark.nn.convolution;

import org.e2spark.model.ResidentMemory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What steerability costs: a training step and an evaluation of the MNIST benchmark's network with
 * regular C8 fields, and of a conventional network with the same channels, with the process's
 * highest resident memory. For the ratio of their times see {@link SteerabilityRatioBenchmark},
 * which a machine's changes of pace do not reach.
 *
 * <p>One thread, batches of 16.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=SteerabilityCostBenchmark
 * </pre>
 */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.SampleTime)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 30)
public class SteerabilityCostBenchmark extends FixedHeapConditions {

  /** Which network. */
  @Param({"steerable", "plain"})
  public String network;

  private TrainingStep step;

  /** Builds the network. */
  @Setup
  public void build() {
    step = new TrainingStep(network.equals("plain") ? RegularC8.plain() : RegularC8.steerable());
  }

  /** Frees it. */
  @TearDown
  public void close() {
    step.close();
  }

  /** Forward and backward. */
  @Benchmark
  public float trainingStep(ResidentMemory memory) {
    float loss = step.train();
    memory.read();
    return loss;
  }

  /** A forward pass for evaluation. */
  @Benchmark
  public float inference() {
    return step.evaluate();
  }
}
