package org.e2spark.nn.convolution;

import java.util.concurrent.TimeUnit;
import org.e2spark.model.Presets;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A published network's training step, and its evaluation, with dense convolutions as a multiple of
 * that with convolutions evaluated by whichever way is fastest. They alternate, so that what slows
 * the machine slows both; medians are compared.
 *
 * <p>One thread, batches of 16. Read {@code trainingRatio} and {@code evaluationRatio}.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=EvaluationRatioBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 30)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch"})
public class EvaluationRatioBenchmark {

  /** A preset. */
  @Param({
    "mnist-final/c16",
    "mnist-bench/regular-d16",
    "mnist-bench/regular-c16",
    "mnist-bench/regular-d8",
    "mnist-bench/regular-c8",
    "stl10/e2wrn16-8-d8d4d1"
  })
  public String preset;

  private TrainingStep dense;
  private TrainingStep auto;

  /** Builds the networks, and lets the planner choose. */
  @Setup
  public void build() {
    dense = step(Evaluation.DENSE);
    auto = step(Evaluation.AUTO);
    auto.train();
    auto.evaluate();
  }

  private TrainingStep step(Evaluation evaluation) {
    int channels = preset.startsWith("mnist") ? 1 : 3;
    var network = Presets.create(preset, channels, 10);
    evaluation.applyTo(network);
    return new TrainingStep(network, channels, Presets.imageSize(preset));
  }

  /** Frees them. */
  @TearDown
  public void close() {
    dense.close();
    auto.close();
  }

  /** A step and an evaluation of each network. */
  @Benchmark
  public float step(Ratios ratios) {
    long start = System.nanoTime();
    float sum = dense.train();
    long denseTrained = System.nanoTime();
    sum += auto.train();
    long trained = System.nanoTime();
    sum += dense.evaluate();
    long denseEvaluated = System.nanoTime();
    sum += auto.evaluate();
    ratios.times.add(
        denseTrained - start,
        trained - denseTrained,
        denseEvaluated - trained,
        System.nanoTime() - denseEvaluated);
    return sum;
  }

  /** The times of one iteration. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Ratios {

    private Medians times;

    /** Forgets the iteration before. */
    @Setup(Level.Iteration)
    public void reset() {
      times = new Medians(4);
    }

    /** Dense training step over the other. */
    public double trainingRatio() {
      return times.ratio(0, 1);
    }

    /** Dense evaluation over the other. */
    public double evaluationRatio() {
      return times.ratio(2, 3);
    }
  }
}
