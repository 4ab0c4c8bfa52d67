package org.e2spark.train;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.train.TrainingMember.Way;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * Steps of a network for MNIST on global batches of 64, by workers of one thread, each in a JVM of
 * its own, beside steps of one worker alone: the ways take turns, so that what slows the machine
 * slows them all; medians are compared.
 *
 * <p>Read images a second: {@code alone} of one worker; of all together {@code bucket}, {@code
 * segments} and {@code bf16}, which sum gradients at every step, and {@code period4} to {@code
 * period64}, put together from steps on a worker's own part and the average around the ring after
 * so many of them. {@code waitedPercent} is the share of a step in which rank 0 waited for others,
 * {@code frameMicros} what a frame of the ring costs that carries next to nothing. It needs as many
 * idle cores as there are workers.
 *
 * <pre>
 * mvn -q -pl spark-jobs -am test-compile exec:exec@jmh -Djmh=ScalingBenchmark
 * </pre>
 *
 * <p>{@code src/jmh/python/reference_scaling.py} does the same with e2cnn and PyTorch's
 * DistributedDataParallel; {@code integration-tests/two-hosts.sh} trains in Spark's own processes
 * over a slow network.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 15)
@Measurement(iterations = 1, time = 60)
@Fork(1)
public class ScalingBenchmark {

  /** How many there are. */
  @Param("2")
  public int workers;

  /** The network; one for images of 28 by 28. */
  @Param("mnist-bench/regular-c4")
  public String preset;

  /** How its convolutions are evaluated. */
  @Param("DENSE")
  public Evaluation evaluation;

  private TrainingMember.Team team;

  /** Starts all. */
  @Setup(Level.Trial)
  public void start() throws IOException {
    team = new TrainingMember.Team(workers, new TrainingMember.Network(preset, evaluation));
  }

  /** Forgets the warm-up. */
  @Setup(Level.Iteration)
  public void reset() {
    team.reset();
  }

  /** Ends all. */
  @TearDown(Level.Trial)
  public void end() throws IOException {
    team.close();
  }

  /** Every way once. */
  @Benchmark
  public void all(Rates rates) {
    team.round();
    rates.team = team;
  }

  /** Images a second, and where the time goes. */
  @AuxCounters(AuxCounters.Type.EVENTS)
  @State(Scope.Thread)
  public static class Rates {

    private TrainingMember.Team team;

    /** Of one worker. */
    public double alone() {
      return TrainingMember.Team.rate(team.millis(Way.ALONE));
    }

    /** Of steps that sum all gradients at once. */
    public double bucket() {
      return TrainingMember.Team.rate(team.millis(Way.BUCKET));
    }

    /** Of steps that sum them by segments. */
    public double segments() {
      return TrainingMember.Team.rate(team.millis(Way.SEGMENTS));
    }

    /** Of steps that sum them with half the bytes. */
    public double bf16() {
      return TrainingMember.Team.rate(team.millis(Way.BF16));
    }

    /** Of local steps with an average after 4. */
    public double period4() {
      return TrainingMember.Team.rate(team.periodMillis(4));
    }

    /** After 16. */
    public double period16() {
      return TrainingMember.Team.rate(team.periodMillis(16));
    }

    /** After 64. */
    public double period64() {
      return TrainingMember.Team.rate(team.periodMillis(64));
    }

    /** Microseconds of a small frame of the ring. */
    public double frameMicros() {
      return team.frameMicros();
    }

    /** Share of a step in which rank 0 waited for others, gradients at once. */
    public double waitedPercent() {
      return team.waitedPercent(Way.BUCKET);
    }
  }
}
