package org.e2spark.nn.convolution;

import java.util.concurrent.TimeUnit;
import org.e2spark.model.Presets;
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
 * The highest resident memory of a process that trains a published network, with dense and with
 * factorised convolutions, each in a process of its own; {@code none} is the process with an
 * initialised network before its first step.
 *
 * <p>One thread, batches of 16.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=EvaluationMemoryBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1, batchSize = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch"})
public class EvaluationMemoryBenchmark {

  /** A preset. */
  @Param({"mnist-final/c16", "mnist-bench/regular-d16", "mnist-bench/regular-c8"})
  public String preset;

  /** How convolutions are evaluated, or none. */
  @Param({"none", "dense", "factorised"})
  public String evaluation;

  private TrainingStep step;

  /** Builds the network. */
  @Setup
  public void build() {
    var network = Presets.create(preset, 1, 10);
    if (!evaluation.equals("none")) {
      Evaluation.of(evaluation).applyTo(network);
    }
    step = new TrainingStep(network, 1, Presets.imageSize(preset));
  }

  /** Frees it. */
  @TearDown
  public void close() {
    step.close();
  }

  /** Forward and backward. */
  @Benchmark
  public float trainingStep(ResidentMemory memory) {
    float loss = evaluation.equals("none") ? 0 : step.train();
    memory.read();
    return loss;
  }
}
