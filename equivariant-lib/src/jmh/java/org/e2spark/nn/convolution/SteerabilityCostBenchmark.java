package org.e2spark.nn.convolution;

import java.util.concurrent.TimeUnit;
import org.e2spark.model.ResidentMemory;
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
 * highest resident memory. For the ratio of their times see {@link SteerabilityRatioBenchmark},
 * which a machine's changes of pace do not reach.
 *
 * <p>One thread, batches of 16.
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
