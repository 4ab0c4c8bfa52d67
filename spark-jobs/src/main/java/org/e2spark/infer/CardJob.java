package org.e2spark.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.data.task.UserPath;
import org.e2spark.engine.RunDirectory;
import org.e2spark.nn.LayerWalk;
import org.e2spark.nn.check.EquivarianceCheck;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.ModelPage;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.text.Text;
import org.e2spark.torch.Autograd;
import org.e2spark.torch.EngineStart;
import org.e2spark.train.Normalizer;
import org.e2spark.train.TrainOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a model's card anew, with how it does on a split. */
public final class CardJob {

  private static final Logger log = LoggerFactory.getLogger(CardJob.class);

  /** Images that are turned. */
  private static final int TURNED = 8;

  private CardJob() {}

  /**
   * Turns the first images of the split on this machine, and writes the card.
   *
   * @param model a model's directory, or a run's, whose model is then meant
   * @param data the shard directory
   * @param split of the shards
   * @param evaluation of the model on that split; null if there is none
   * @throws org.e2spark.checkpoint.CheckpointException when there is no whole model, or the card
   *     cannot be written
   */
  public static void write(
      String model, String data, String split, Evaluation evaluation, Configuration storage) {
    Path directory = RunDirectory.modelIn(UserPath.qualify(model, storage), storage);
    Path shards = UserPath.qualify(data, storage);
    SavedModel saved = SavedModel.read(directory, storage);
    String where = split + " of " + shards;
    saved.writePage(
        new ModelPage(
            saved.card(),
            evaluation == null ? null : errors(evaluation.confusion(), where),
            turns(saved, shards, split, storage)),
        directory,
        storage);
  }

  /**
   * Writes the card of a model that was just trained: on the split that it was validated on, or,
   * without errors, on the one that it was trained on. Where that fails, the model stands with the
   * card that it was saved with, and the log says why.
   */
  public static void afterTraining(SparkSession spark, TrainOptions options, String model) {
    boolean measures = options.validation().measures();
    String split = measures ? options.validation().split() : options.split();
    try {
      write(
          model,
          options.data(),
          split,
          measures ? EvaluateJob.run(spark, model, options.data(), split) : null,
          spark.sparkContext().hadoopConfiguration());
    } catch (RuntimeException e) {
      log.warn(
          "The model is saved, but its card lacks what was to be measured; e2spark evaluate --card"
              + " writes it",
          e);
    }
  }

  private static ModelPage.Errors errors(Confusion confusion, String where) {
    long[][] counts = confusion.counts();
    return new ModelPage.Errors(
        where,
        Arrays.stream(counts).map(row -> Arrays.stream(row).sum()).toList(),
        IntStream.range(0, counts.length)
            .mapToObj(label -> Arrays.stream(counts[label]).sum() - counts[label][label])
            .toList());
  }

  private static ModelPage.Turns turns(
      SavedModel saved, Path shards, String split, Configuration storage) {
    if (saved.card().height() != saved.card().width()) {
      return new ModelPage.Turns("turned images that are not square", List.of());
    }
    try (ShardDataset dataset = ShardDataset.open(shards, split, storage);
        NDManager manager = EngineStart.ensure().newBaseManager();
        BatchReader reader =
            BatchReader.builder(dataset).storedOrder().globalBatch(TURNED).build();
        ImageBatch images = reader.next();
        Autograd ignored = Autograd.pause()) {
      Block network = saved.load(manager);
      ModelCard card = saved.card();
      var shape = new Shape(1, card.channels(), card.height(), card.width());
      if (LayerWalk.of(network, shape).isEmpty()) {
        return new ModelPage.Turns("turned images", List.of());
      }
      NDArray x = new Normalizer(card.mean(), card.std()).input(images, manager);
      return new ModelPage.Turns(
          Text.format("the first %d images of %s of %s", images.size(), split, shards),
          EquivarianceCheck.ofInvariant(network).onGrid(x));
    }
  }
}
