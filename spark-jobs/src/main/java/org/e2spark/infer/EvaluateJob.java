package org.e2spark.infer;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.checkpoint.CheckpointException;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.ClusterPreflight;
import org.e2spark.engine.RunDirectory;
import org.e2spark.model.Presets;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.text.Text;
import org.e2spark.train.RequirementException;

/** Measures a trained model on a split, the samples spread over the executors. */
public final class EvaluateJob {

  private static final int BATCH = 64;

  private EvaluateJob() {}

  /**
   * Evaluates.
   *
   * @param model a model's directory, or a run's, whose model is then meant
   * @param data the shard directory
   * @param split of the shards
   * @throws RequirementException when model and data do not fit
   * @throws CheckpointException when there is no whole model
   * @throws org.e2spark.data.shard.ShardException when the data is not there or damaged
   */
  public static Evaluation run(SparkSession spark, String model, String data, String split) {
    return run(spark, model, data, split, null);
  }

  /**
   * As {@link #run(SparkSession, String, String, String)}, with another evaluation of convolutions
   * than what was saved with the model.
   *
   * @param evaluation of convolutions; null for what was saved
   */
  public static Evaluation run(
      SparkSession spark,
      String model,
      String data,
      String split,
      org.e2spark.nn.convolution.Evaluation evaluation) {
    SparkContext context = spark.sparkContext();
    Plan plan = plan(model, data, split, context.hadoopConfiguration());
    ClusterPreflight cluster = new ClusterPreflight(context);
    int tasks = (int) Math.max(1, Math.min(cluster.slots(), plan.samples()));
    EvaluateTask task =
        new EvaluateTask(
            plan.model().toString(),
            plan.data().toString(),
            split,
            tasks,
            BATCH,
            cluster.threads(tasks),
            new SerializableConfiguration(context.hadoopConfiguration()),
            evaluation);
    List<Integer> ranks = new ArrayList<>();
    for (int rank = 0; rank < tasks; rank++) {
      ranks.add(rank);
    }
    long began = System.nanoTime();
    EvaluateTask.Part all =
        TaskBoundary.collect(
                TaskBoundary.parallelize(JavaSparkContext.fromSparkContext(context), ranks, tasks)
                    .map(task))
            .stream()
            .reduce(EvaluateTask.Part::plus)
            .orElseThrow();
    double seconds = (System.nanoTime() - began) / 1e9;
    return new Evaluation(
        split, all.confusion(), all.mistakes(), all.loss() / plan.samples(), seconds);
  }

  /**
   * Checks, without Spark, what {@link #run} would refuse.
   *
   * @throws RequirementException when model and data do not fit
   * @throws CheckpointException when there is no whole model
   * @throws org.e2spark.data.shard.ShardException when the data is not there or damaged
   */
  public static void check(String model, String data, String split, Configuration configuration) {
    plan(model, data, split, configuration);
  }

  private record Plan(Path model, Path data, long samples) {}

  private static Plan plan(String model, String data, String split, Configuration configuration) {
    Path directory = RunDirectory.modelIn(UserPath.qualify(model, configuration), configuration);
    ModelCard card = SavedModel.read(directory, configuration).card();
    requireKnown(card, directory);
    Path shards = UserPath.qualify(data, configuration);
    ShardManifest manifest = ShardManifest.read(shards, configuration);
    long samples = manifest.split(split).samples();
    requireFit(card, manifest, data);
    return new Plan(directory, shards, samples);
  }

  private static void requireKnown(ModelCard card, Path directory) {
    if (card.network() != null) {
      return;
    }
    try {
      Presets.require(card.preset());
    } catch (IllegalArgumentException e) {
      throw new RequirementException("Cannot use " + directory + ": " + e.getMessage(), e);
    }
  }

  private static void requireFit(ModelCard card, ShardManifest data, String where) {
    boolean shapes =
        card.channels() == data.shape().channels()
            && card.height() == data.shape().height()
            && card.width() == data.shape().width();
    if (!shapes || card.classNames().size() != data.classNames().size()) {
      throw new RequirementException(
          Text.format(
              "The model takes %d x %d x %d images of %d classes, but %s has %s of %d classes",
              card.channels(),
              card.height(),
              card.width(),
              card.classNames().size(),
              where,
              data.shape(),
              data.classNames().size()));
    }
  }
}
