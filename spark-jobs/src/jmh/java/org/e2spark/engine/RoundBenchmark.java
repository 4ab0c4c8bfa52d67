package org.e2spark.engine;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.e2spark.data.task.TaskBoundary;
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
import scala.Tuple2;

/**
 * What a round of averaging costs beside its steps: the Spark job of {@link RoundJob} without a
 * network, on a standalone cluster of two executors.
 *
 * <pre>
 * mvn -q -pl spark-jobs -am test-compile exec:exec@jmh -Djmh=RoundBenchmark
 * </pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1, time = 10)
@Measurement(iterations = 1, time = 10)
@Fork(1)
public class RoundBenchmark {

  private static final int SLOTS = 2;

  /** Rounds whose costs tell a job's, a task's and a state's. */
  public enum Round {
    /** A job, for next to no state. */
    JOB(2, 1024),
    /** Tasks that take turns, as slots are fewer. */
    TASKS(1024, 1024),
    /** What a training pays: {@code mnist-bench/regular-c4} and both of Adam's moments. */
    STATE(2, 3 * 896_138);

    private final int workers;
    private final int numbers;

    Round(int workers, int numbers) {
      this.workers = workers;
      this.numbers = numbers;
    }
  }

  /** Which round. */
  @Param public Round round;

  private Path folder;
  private StandaloneCluster cluster;
  private JavaSparkContext spark;

  /** Starts the cluster. */
  @Setup(Level.Trial)
  public void start() throws Exception {
    folder = Files.createTempDirectory("e2spark-rounds");
    cluster = new StandaloneCluster(folder, SLOTS);
    spark = new JavaSparkContext(StandaloneCluster.application(cluster.master(), SLOTS));
  }

  /** Ends it. */
  @TearDown(Level.Trial)
  public void end() throws Exception {
    spark.close();
    cluster.close();
    FileUtils.deleteDirectory(folder.toFile());
  }

  /** A state goes out, all give theirs, and the sum comes back. */
  @Benchmark
  public ByteBuffer round() throws Exception {
    Broadcast<byte[]> begin = TaskBoundary.broadcast(spark, new byte[round.numbers * Float.BYTES]);
    try {
      List<Integer> ranks = IntStream.range(0, round.workers).boxed().toList();
      JavaRDD<RoundChunks.Sum> sums =
          new RoundChunks(round.workers)
              .sum(
                  TaskBoundary.parallelize(spark, ranks, round.workers)
                      .flatMapToPair(new Echo(round.workers, begin)),
                  SLOTS);
      return RoundChunks.join(TaskBoundary.decode(TaskBoundary.collectAsync(sums).get()));
    } finally {
      begin.destroy();
    }
  }

  /** A worker that gives what it got. */
  private record Echo(int workers, Broadcast<byte[]> begin)
      implements PairFlatMapFunction<Integer, Long, byte[]>, Serializable {

    @Override
    public Iterator<Tuple2<Long, byte[]>> call(Integer rank) {
      byte[] state = TaskBoundary.valueOf(begin);
      return new RoundChunks(workers)
          .of(new RoundWord(rank, "", 0, 0, null), ByteBuffer.wrap(state));
    }
  }
}
