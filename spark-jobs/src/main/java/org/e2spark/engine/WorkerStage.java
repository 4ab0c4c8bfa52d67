package org.e2spark.engine;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.data.task.TaskWatch;
import org.e2spark.sync.Meeting;
import org.e2spark.sync.ReportServer;
import org.e2spark.sync.RunSecret;
import org.e2spark.sync.SyncOptions;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.TrainOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** The barrier stage of one attempt: one task a worker. */
record WorkerStage(
    SparkContext context,
    ClusterPreflight cluster,
    TrainOptions options,
    NetworkFactory network,
    RunOptions run)
    implements AttemptStage {

  private static final Logger log = LoggerFactory.getLogger(WorkerStage.class);

  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  @Override
  public int require(int least, int most) {
    return cluster.require(least, most, run.patience());
  }

  @Override
  public List<WorkerResult> run(
      int workers, int attempt, CheckpointStore.Name start, EventCollector collector)
      throws AttemptException {
    RunSecret secret = RunSecret.random(attempt);
    String host = context.conf().get("spark.driver.host", "localhost");
    String bind = context.conf().get("spark.driver.bindAddress", host);
    SyncOptions sync = run.sync();
    int threads = cluster.threads(workers);
    var job = new StoppableJob(context, "e2spark: train " + options.preset());
    try (ReportServer reports = ReportServer.open(bind, host, secret, sync, collector::receive)) {
      WorkerTask task =
          new WorkerTask(
              new WorkerAssignment(
                  options,
                  network,
                  run,
                  attempt,
                  start,
                  threads,
                  group(cluster, options, workers),
                  secret,
                  reports.address(),
                  context.longAccumulator(TaskWatch.SIGNS),
                  new SerializableConfiguration(context.hadoopConfiguration())));
      Patience patience =
          Patience.forSlots(run.patience())
              .and(Patience.forSteps(sync.timeouts().idle(), context.conf()));
      try {
        List<WorkerResult> results = job.run(() -> submit(task, workers), patience);
        awaitLastWords(reports);
        return results.stream().sorted(Comparator.comparingInt(WorkerResult::rank)).toList();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        awaitLastWords(reports);
        throw collector.explain(cause);
      }
    }
  }

  /** How many workers are summed first: an executor's devices, but along one ring micro-batches. */
  static int group(ClusterPreflight cluster, TrainOptions options, int workers) {
    return options.microBatch() > 0 ? 1 : Meeting.group(workers, cluster.devices());
  }

  private JavaFutureAction<List<byte[]>> submit(WorkerTask task, int workers) {
    List<Integer> ranks = IntStream.range(0, workers).boxed().toList();
    ClassTag<WorkerResult> tag = ClassTag$.MODULE$.apply(WorkerResult.class);
    RDD<WorkerResult> results =
        cluster
            .resources()
            .forStageOf(
                TaskBoundary.parallelize(
                    JavaSparkContext.fromSparkContext(context), ranks, workers))
            .rdd()
            .barrier()
            .mapPartitions(task, false, tag);
    return TaskBoundary.collectAsync(JavaRDD.fromRDD(results, tag));
  }

  /** What workers said last may still be on its way when Spark knows of their end. */
  private static void awaitLastWords(ReportServer reports) {
    try {
      if (!reports.awaitEnds(LAST_WORDS)) {
        log.warn("The last reports of some workers were not waited for");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
