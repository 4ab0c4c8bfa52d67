package org.e2spark.engine;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.data.task.TaskWatch;
import org.e2spark.events.WorkerReport.Nature;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Spark jobs of the rounds of one attempt: each brings a state to all ranks and back a sum. */
final class RoundJob {

  private static final Logger log = LoggerFactory.getLogger(RoundJob.class);

  /** What the end of a training waits for executors to free their networks. */
  private static final Duration FREE = Duration.ofSeconds(10);

  private final JavaSparkContext spark;
  private final ClusterPreflight cluster;
  private final RoundAssignment assignment;
  private final StoppableJob job;
  private final Patience patience;
  private final LongAccumulator signs;

  RoundJob(
      SparkContext context, ClusterPreflight cluster, RoundAssignment assignment, RunOptions run) {
    this.spark = JavaSparkContext.fromSparkContext(context);
    this.cluster = cluster;
    this.assignment = assignment;
    this.job = new StoppableJob(context, "e2spark: train " + assignment.options().preset());
    this.patience =
        Patience.forSlots(run.patience())
            .and(Patience.forSteps(run.sync().timeouts().idle(), context.conf()));
    this.signs = context.longAccumulator(TaskWatch.SIGNS);
  }

  /**
   * What all ranks come to.
   *
   * @param values the sum of theirs
   * @param words what each says, by rank
   */
  record Outcome(ByteBuffer values, List<RoundWord> words) {}

  /**
   * Runs one round.
   *
   * @param begin the state that it begins from
   * @throws AttemptException if it did not come to its end
   */
  Outcome run(RoundTask.Work work, RoundState begin) throws AttemptException {
    Broadcast<byte[]> broadcast = TaskBoundary.broadcast(spark, begin);
    try {
      List<RoundChunks.Sum> sums = job.run(() -> submit(work, broadcast), patience);
      List<RoundWord> words = RoundChunks.words(sums);
      requireSuccess(words);
      return new Outcome(RoundChunks.join(sums), words);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw EventCollector.unexplained(cause);
    } finally {
      broadcast.destroy();
    }
  }

  private static void requireSuccess(List<RoundWord> words) throws AttemptException {
    RoundWord failed =
        words.stream()
            .filter(word -> word.failure() != null)
            .min(Comparator.comparingInt(RoundWord::rank))
            .orElse(null);
    if (failed != null) {
      throw new AttemptException(
          failed.failure().worker() + " failed: " + failed.failure().reason(),
          failed.failure().nature(),
          null);
    }
  }

  private JavaFutureAction<List<byte[]>> submit(RoundTask.Work work, Broadcast<byte[]> begin) {
    int workers = assignment.workers();
    List<Integer> ranks = IntStream.range(0, workers).boxed().toList();
    RoundChunks chunks = new RoundChunks(workers);
    int partitions = Math.max(1, Math.min(workers, slots()));
    return TaskBoundary.collectAsync(
        chunks.sum(
            cluster
                .resources()
                .forStageOf(TaskBoundary.parallelize(spark, ranks, workers))
                .flatMapToPair(new RoundTask(assignment, work, begin, signs)),
            partitions));
  }

  private int slots() {
    return new ClusterPreflight(spark.sc()).slots();
  }

  /**
   * Closes the workers that wait in the executors: as many tasks as slots meet all that are up.
   * Where others' tasks hold the slots, this is given up after ten seconds, and the log says so.
   */
  void free() {
    // Where tasks run in this JVM, it outlives the Spark that was stopped.
    RoundWorkers.close(assignment.run());
    if (spark.sc().isStopped()) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      int slots = Math.max(1, slots());
      List<Integer> tasks = IntStream.range(0, slots).boxed().toList();
      String name = assignment.run();
      long end = System.nanoTime() + FREE.toNanos();
      job.run(
          () ->
              TaskBoundary.collectAsync(
                  TaskBoundary.parallelize(spark, tasks, slots)
                      .map(
                          task -> {
                            RoundWorkers.close(name);
                            return task;
                          })),
          watch -> requireTime(end));
    } catch (ExecutionException | AttemptException | RuntimeException e) {
      log.warn("Networks may stay in executors until they are needed again there", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void requireTime(long end) throws AttemptException {
    if (System.nanoTime() > end) {
      throw new AttemptException(
          "Executors have no slot free after " + FREE.toSeconds() + " s", Nature.PASSING, null);
    }
  }
}
