package org.e2spark.nn.convolution;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The training step of the MNIST benchmark's network with regular C8 fields as a multiple of that
 * of a conventional network with the same channels; and, as shares of its step, the expansion of
 * its filters and the way back of the gradient to the weights. They alternate, so that what slows
 * the machine slows them all; medians are compared.
 *
 * <p>One thread, batches of 16. Read {@code stepRatio}, {@code expansionPercent} and {@code
 * wayBackPercent} of each fork; JMH sums them over the forks.
 *
 * <pre>mvn -q -pl equivariant-lib -am test-compile exec:exec@jmh -Djmh=SteerabilityRatioBenchmark
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 40)
@Fork(
    value = 3,
    jvmArgsAppend = {"-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch"})
public class SteerabilityRatioBenchmark {

  private TrainingStep steerable;
  private TrainingStep plain;
  private List<NDArray> filters;

  /** Builds the networks. */
  @Setup
  public void build() {
    steerable = new TrainingStep(RegularC8.steerable());
    plain = new TrainingStep(RegularC8.plain());
    filters = steerable.filters();
  }

  /** Frees them. */
  @TearDown
  public void close() {
    steerable.close();
    plain.close();
  }

  /** A step of each network, an expansion, and a way back. */
  @Benchmark
  public float step(Ratios ratios) {
    long start = System.nanoTime();
    float sum = steerable.train();
    long trained = System.nanoTime();
    sum += plain.train();
    long compared = System.nanoTime();
    steerable.expand(filters);
    long expanded = System.nanoTime();
    steerable.pullBack(filters);
    ratios.times.add(
        trained - start, compared - trained, expanded - compared, System.nanoTime() - expanded);
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

    /** The steerable network's step as a multiple of the conventional one's. */
    public double stepRatio() {
      return times.ratio(0, 1);
    }

    /** The expansion as a percentage of the steerable network's step. */
    public double expansionPercent() {
      return 100 * times.ratio(2, 0);
    }

    /** The way back of the gradient as a percentage of the steerable network's step. */
    public double wayBackPercent() {
      return 100 * times.ratio(3, 0);
    }
  }
}
