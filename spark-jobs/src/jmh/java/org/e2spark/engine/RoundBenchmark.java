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
 * What a round of averaging costs beside its steps and its bytes: the Spark job of {@link RoundJob}
 * for 1,024 numbers and no network, on a standalone cluster of two executors. The time grows with
 * the workers by what a task of theirs costs; the rest of it is a job's.
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

  /** Workers of a round, which take turns where slots are fewer. */
  @Param({"2", "1024"})
  public int workers;

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
    Broadcast<byte[]> begin = TaskBoundary.broadcast(spark, new byte[1024 * Float.BYTES]);
    try {
      List<Integer> ranks = IntStream.range(0, workers).boxed().toList();
      JavaRDD<RoundChunks.Sum> sums =
          new RoundChunks(workers)
              .sum(
                  TaskBoundary.parallelize(spark, ranks, workers)
                      .flatMapToPair(new Echo(workers, begin)),
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
