package org.e2spark.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.e2spark.checkpoint.DamagedException;
import org.e2spark.checkpoint.Json;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.nn.convolution.EvaluationChoices;
import org.e2spark.nn.convolution.EvaluationPlan;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainingException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says, before the workers begin, how all of them evaluate convolutions: what is measured, one task
 * measures, and every attempt of a run keeps to it, so that bits do not depend on who measures what
 * when.
 */
record EvaluationPlanner(
    SparkContext context,
    ClusterPreflight cluster,
    TrainOptions options,
    NetworkFactory network,
    Duration patience) {

  private static final Logger log = LoggerFactory.getLogger(EvaluationPlanner.class);

  /** Images at once for which evaluation is measured. */
  private static final int EVALUATED = 64;

  /**
   * The plan of a run, which is kept in its directory if it was measured.
   *
   * @param workers of its first attempt
   * @return empty where layers are evaluated as the network's builders say
   * @throws org.e2spark.train.RequirementException if the task that measures cannot do what was
   *     asked for
   * @throws TrainingException if it could not be measured
   */
  Optional<EvaluationPlan> plan(RunDirectory directory, ShardManifest data, int workers) {
    Evaluation evaluation = options.evaluation();
    if (evaluation == null) {
      return Optional.empty();
    }
    if (evaluation != Evaluation.AUTO) {
      return Optional.of(EvaluationPlan.of(evaluation));
    }
    Optional<EvaluationPlan> kept = kept(directory);
    if (kept.isPresent()) {
      return kept;
    }
    var plan = new EvaluationPlan(evaluation, measured(data, workers));
    directory.write(SavedModel.EVALUATION.name(), SavedModel.EVALUATION.write(plan));
    log.info("Convolutions are evaluated as measured: {}", Json.line(plan.choices().byUse()));
    return Optional.of(plan);
  }

  private static Optional<EvaluationPlan> kept(RunDirectory directory) {
    try {
      return directory.read(SavedModel.EVALUATION);
    } catch (DamagedException e) {
      if (directory.checkpoints().newest().isPresent()) {
        throw e;
      }
      log.warn(
          "{}: it was cut short before the training began, and is measured anew", e.getMessage());
      return Optional.empty();
    }
  }

  private EvaluationChoices measured(ShardManifest data, int workers) {
    int part = (options.batch() + workers - 1) / workers;
    var task =
        new EvaluationTask(
            network,
            data.shape(),
            data.classNames().size(),
            options.microBatch() > 0 ? options.microBatch() : part,
            EVALUATED,
            cluster.threads(workers));
    var job = new StoppableJob(context, "e2spark: measure convolutions of " + options.preset());
    try {
      List<EvaluationChoices> choices =
          job.run(
              () ->
                  TaskBoundary.collectAsync(
                      cluster
                          .resources()
                          .forStageOf(
                              TaskBoundary.parallelize(
                                  JavaSparkContext.fromSparkContext(context), List.of(0), 1))
                          .map(task)),
              Patience.forSlots(patience).and(Patience.forMeasuring(context.conf())));
      return choices.get(0);
    } catch (AttemptException e) {
      throw new TrainingException(e.getMessage(), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw Failures.refusal(cause)
          .orElseGet(
              () ->
                  new TrainingException(
                      "How convolutions are evaluated fastest could not be measured"
                          + " (--evaluation auto): "
                          + cause.getMessage(),
                      cause));
    }
  }
}
