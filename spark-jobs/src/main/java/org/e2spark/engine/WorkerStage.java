package org.e2spark.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkThrowable;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.sync.ReportServer;
import org.e2spark.sync.RunSecret;
import org.e2spark.sync.SyncOptions;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** The barrier stage of one attempt: one task a worker. */
final class WorkerStage {

  private static final Logger log = LoggerFactory.getLogger(WorkerStage.class);

  private static final String DESCRIPTION = "spark.job.description";
  private static final String INTERRUPT = "spark.job.interruptOnCancel";
  private static final Duration END = Duration.ofSeconds(30);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final SparkContext context;
  private final TrainOptions options;
  private final NetworkFactory network;
  private final RunOptions run;
  private final int threads;

  WorkerStage(
      SparkContext context,
      TrainOptions options,
      NetworkFactory network,
      RunOptions run,
      int threads) {
    this.context = context;
    this.options = options;
    this.network = network;
    this.run = run;
    this.threads = threads;
  }

  /**
   * Runs the workers to their end.
   *
   * @param start the checkpoint that all begin from; null for the beginning
   * @throws AttemptException if they did not come to it
   * @throws TrainingException if the training was stopped by somebody
   */
  List<WorkerResult> run(
      int workers, int attempt, CheckpointStore.Name start, EventCollector collector)
      throws AttemptException {
    RunSecret secret = RunSecret.random(attempt);
    String host = context.conf().get("spark.driver.host", "localhost");
    String bind = context.conf().get("spark.driver.bindAddress", host);
    String tag = "e2spark-" + UUID.randomUUID();
    SyncOptions sync = SyncSettings.of(context.conf(), run.timeouts());
    SyncSettings.tell(sync);
    TaskWatch watch = new TaskWatch(tag);
    context.addSparkListener(watch);
    try (ReportServer reports = ReportServer.open(bind, host, secret, sync, collector::receive)) {
      WorkerTask task =
          new WorkerTask(
              new WorkerAssignment(
                  options, network, run, attempt, start, threads, secret, reports.address()));
      try {
        List<WorkerResult> results = await(submit(task, workers, tag), watch);
        awaitLastWords(reports);
        return results;
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        awaitEnd(watch);
        awaitLastWords(reports);
        throw collector.explain(cause);
      }
    } finally {
      context.removeSparkListener(watch);
    }
  }

  private JavaFutureAction<List<byte[]>> submit(WorkerTask task, int workers, String job) {
    List<Integer> ranks = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      ranks.add(rank);
    }
    ClassTag<WorkerResult> tag = ClassTag$.MODULE$.apply(WorkerResult.class);
    RDD<WorkerResult> results =
        TaskBoundary.parallelize(JavaSparkContext.fromSparkContext(context), ranks, workers)
            .rdd()
            .barrier()
            .mapPartitions(task, false, tag);
    String description = context.getLocalProperty(DESCRIPTION);
    String interrupt = context.getLocalProperty(INTERRUPT);
    context.addJobTag(job);
    context.setLocalProperty(INTERRUPT, "true");
    context.setJobDescription("e2spark: train " + options.preset());
    try {
      return TaskBoundary.collectAsync(JavaRDD.fromRDD(results, tag));
    } finally {
      context.setLocalProperty(DESCRIPTION, description);
      context.setLocalProperty(INTERRUPT, interrupt);
      context.removeJobTag(job);
    }
  }

  private List<WorkerResult> await(JavaFutureAction<List<byte[]>> job, TaskWatch watch)
      throws ExecutionException {
    try {
      return TaskBoundary.decode(job.get());
    } catch (InterruptedException e) {
      stop(job, watch);
      Thread.currentThread().interrupt();
      throw new TrainingException(
          "The training was stopped; the same command goes on from its newest checkpoint", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (isCancelled(cause) || context.isStopped()) {
        if (!context.isStopped()) {
          awaitEnd(watch);
        }
        throw new TrainingException(
            "The training's job was cancelled; the same command goes on from its newest checkpoint",
            cause);
      }
      throw e;
    }
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

  private static boolean isCancelled(Throwable failure) {
    return failure instanceof SparkThrowable spark
        && "SPARK_JOB_CANCELLED".equals(spark.getCondition());
  }

  private static void stop(JavaFutureAction<?> job, TaskWatch watch) {
    job.cancel(true);
    awaitEnd(watch);
  }

  /** Waits for the end of tasks that are killed, so that nobody works beside whoever comes next. */
  private static void awaitEnd(TaskWatch watch) {
    try {
      if (!watch.awaitNone(END)) {
        log.warn("Workers did not end within {} s of being stopped", END.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
