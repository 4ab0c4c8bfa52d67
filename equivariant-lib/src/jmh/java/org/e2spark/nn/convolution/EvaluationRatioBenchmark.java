package org.e2spark.nn.convolution;

import ai.djl.nn.Block;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Consumer;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A published network's training step, and its evaluation, with convolutions evaluated by whichever
 * way is fastest, beside the same with dense convolutions, and beside a conventional network with
 * the same channels. They alternate, so that what slows the machine slows all; medians of the one
 * thread's processor time are compared.
 *
 * <p>One thread, batches of 16. Read {@code trainingRatio} and {@code evaluationRatio}, dense over
 * fastest, never below 0.98; {@code trainingShare} and {@code evaluationShare}, fastest over
 * conventional; and the milliseconds of the fastest. {@code src/jmh/python/reference_steps.py}
 * times the reference's networks. The first six presets are those that factorised evaluation is
 * made for, the others those that it has little to give.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=EvaluationRatioBenchmark
 * </pre>
 */
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 30)
public class EvaluationRatioBenchmark extends FixedHeapConditions {

  private static final int WARM_UP = 4;

  /** A preset. */
  @Param({
    "mnist-final/c16",
    "mnist-bench/regular-d16",
    "mnist-bench/regular-c16",
    "mnist-bench/regular-d8",
    "mnist-bench/regular-c8",
    "stl10/e2wrn16-8-d8d4d1-same-channels",
    "quickstart/c8",
    "examples/e2wrn10-4-rot90",
    "mnist-bench/regular-c4",
    "mnist-bench/trivial-o2",
    "mnist-bench/gated_norm-so2-f3"
  })
  public String preset;

  private TrainingStep dense;
  private TrainingStep auto;
  private TrainingStep conventional;

  /** Builds the networks, lets the planner choose, and the engine optimise what was chosen. */
  @Setup
  public void build() {
    dense = step(Evaluation.DENSE::applyTo);
    auto = step(Evaluation.AUTO::applyTo);
    conventional = step(ConventionalEvaluation::applyTo);
    for (int i = 0; i < WARM_UP; i++) {
      auto.train();
      auto.evaluate();
    }
  }

  private TrainingStep step(Consumer<Block> evaluation) {
    Preset described =
        Presets.table().stream().filter(p -> p.name().equals(preset)).findFirst().orElseThrow();
    Block network = Presets.create(preset, described.channels(), 10);
    evaluation.accept(network);
    return new TrainingStep(network, described.channels(), described.imageSize());
  }

  /** Frees them. */
  @TearDown
  public void close() {
    dense.close();
    auto.close();
    conventional.close();
  }

  /** A step and an evaluation of each network. */
  @Benchmark
  public float step(Ratios ratios) {
    List<TrainingStep> steps = List.of(dense, auto, conventional);
    long[] nanos = new long[2 * steps.size()];
    float sum = 0;
    for (int i = 0; i < steps.size(); i++) {
      long start = processorTime();
      sum += steps.get(i).train();
      long trained = processorTime();
      sum += steps.get(i).evaluate();
      nanos[i] = trained - start;
      nanos[i + steps.size()] = processorTime() - trained;
    }
    ratios.times.add(nanos);
    return sum;
  }

  private static long processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** The times of one iteration. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Ratios {

    private Medians times;

    /** Forgets the iteration before. */
    @Setup(Level.Iteration)
    public void reset() {
      times = new Medians(6);
    }

    /** The fastest training step. */
    public double trainingMilliseconds() {
      return times.milliseconds(1);
    }

    /** The fastest evaluation. */
    public double evaluationMilliseconds() {
      return times.milliseconds(4);
    }

    /** Dense training step over the fastest. */
    public double trainingRatio() {
      return times.ratio(0, 1);
    }

    /** Dense evaluation over the fastest. */
    public double evaluationRatio() {
      return times.ratio(3, 4);
    }

    /** Fastest training step over the conventional network's. */
    public double trainingShare() {
      return times.ratio(1, 2);
    }

    /** Fastest evaluation over the conventional network's. */
    public double evaluationShare() {
      return times.ratio(4, 5);
    }
  }
}
