package org.e2spark.engine;

import java.io.Serializable;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkThrowable;
import org.apache.spark.api.java.JavaFutureAction;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.data.task.TaskWatch;
import org.e2spark.train.TrainingException;

/**
 * Spark jobs that leave no task behind when their thread is interrupted or they are cancelled.
 *
 * @param description of the jobs, where Spark shows them; the caller's own stays as it is
 */
record StoppableJob(SparkContext context, String description) {

  private static final String DESCRIPTION = "spark.job.description";
  private static final String INTERRUPT = "spark.job.interruptOnCancel";

  private static final long LOOK_MILLIS = 500;

  /**
   * Runs a job to its end.
   *
   * @param submit starts it, in this thread
   * @param patience with it, looked at twice a second
   * @throws ExecutionException if it failed; its cause is Spark's
   * @throws AttemptException if patience ended first; its tasks are stopped then
   * @throws TrainingException if it was stopped by somebody
   */
  <T extends Serializable> List<T> run(
      Supplier<JavaFutureAction<List<byte[]>>> submit, Patience patience)
      throws ExecutionException, AttemptException {
    try (TaskWatch watch = TaskWatch.begin(context)) {
      return await(submit(submit), watch, patience);
    }
  }

  private JavaFutureAction<List<byte[]>> submit(Supplier<JavaFutureAction<List<byte[]>>> submit) {
    String before = context.getLocalProperty(DESCRIPTION);
    String interrupt = context.getLocalProperty(INTERRUPT);
    context.setLocalProperty(INTERRUPT, "true");
    context.setJobDescription(description);
    try {
      return submit.get();
    } finally {
      context.setLocalProperty(DESCRIPTION, before);
      context.setLocalProperty(INTERRUPT, interrupt);
    }
  }

  private <T extends Serializable> List<T> await(
      JavaFutureAction<List<byte[]>> job, TaskWatch watch, Patience patience)
      throws ExecutionException, AttemptException {
    try {
      return TaskBoundary.decode(result(job, watch, patience));
    } catch (AttemptException e) {
      job.cancel(true);
      watch.awaitNone();
      throw e;
    } catch (InterruptedException e) {
      job.cancel(true);
      watch.awaitNone();
      Thread.currentThread().interrupt();
      throw new TrainingException(
          "The training was stopped; the same command goes on from its newest checkpoint", e);
    } catch (ExecutionException e) {
      if (!context.isStopped()) {
        watch.awaitNone();
      }
      if (isCancelled(e.getCause()) || context.isStopped()) {
        throw new TrainingException(
            "The training's job was cancelled; the same command goes on from its newest checkpoint",
            e.getCause());
      }
      throw e;
    }
  }

  private static List<byte[]> result(
      JavaFutureAction<List<byte[]>> job, TaskWatch watch, Patience patience)
      throws ExecutionException, InterruptedException, AttemptException {
    while (true) {
      try {
        return job.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        patience.require(watch);
      }
    }
  }

  private static boolean isCancelled(Throwable failure) {
    return failure instanceof SparkThrowable spark
        && "SPARK_JOB_CANCELLED".equals(spark.getCondition());
  }
}
