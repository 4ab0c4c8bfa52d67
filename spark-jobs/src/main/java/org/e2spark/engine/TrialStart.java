package org.e2spark.engine;

import ai.djl.Device;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.savedmodel.ModelCard;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.text.Text;
import org.e2spark.train.LeastPass;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.Precision;
import org.e2spark.train.Replica;
import org.e2spark.train.RequirementException;
import org.e2spark.train.StartOptions;
import org.e2spark.train.TrainOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out on the driver, before anything is started, whether a training can begin as asked. */
final class TrialStart {

  private static final Logger log = LoggerFactory.getLogger(TrialStart.class);

  private TrialStart() {}

  /**
   * Builds the network once, where the options name parameters or a model of it, or a precision
   * that it may not have, or would give a worker a single image.
   *
   * @param workers that share a step
   * @throws RequirementException if they do not fit
   * @throws org.e2spark.checkpoint.CheckpointException if there is no whole model
   */
  static void require(
      NetworkFactory network,
      ShardManifest data,
      TrainOptions options,
      int workers,
      Configuration configuration) {
    StartOptions start = options.start();
    long images = data.split(options.split()).samples();
    var least = new LeastPass(images, options.batch(), options.microBatch(), workers);
    boolean isSingle = least.isSingle() && options.update().skipNonFinite() == 0;
    if (start.equals(StartOptions.SEED) && options.precision() == Precision.FLOAT32 && !isSingle) {
      return;
    }
    EngineSettings.apply(1);
    try (Replica trial = new Replica(network, data, options, Device.cpu())) {
      if (start.hasModel()) {
        SavedModel model = SavedModel.read(new Path(start.model()), configuration);
        trial.start(model.weights(), start);
        tell(model.card(), data, options);
      }
      if (isSingle && trial.needsSeveralImages()) {
        throw new RequirementException(single(options, least));
      }
    } catch (IllegalArgumentException e) {
      throw new RequirementException(e.getMessage(), e);
    }
  }

  private static String single(TrainOptions options, LeastPass least) {
    return Text.format(
        "%s normalises over the images of a pass, and of %d images in batches of %d over %d workers"
            + " some pass has a single one, which has no variance: %s",
        options.preset(),
        least.images(),
        least.batch(),
        least.workers(),
        least.microBatch() == 1
            ? "choose a --micro-batch above 1"
            : "the nearest --batch without is " + least.nearestBatch());
  }

  private static void tell(ModelCard card, ShardManifest data, TrainOptions options) {
    log.info(
        "Starts from {} ({} after {} samples)",
        options.start().model(),
        card.preset(),
        card.samples());
    boolean isSameScale =
        card.mean().equals(options.inputScale().mean(data))
            && card.std().equals(options.inputScale().std(data));
    if (!isSameScale) {
      log.warn(
          "{} was trained on inputs of mean {} and deviation {}, here they are scaled by {} and {}",
          options.start().model(),
          card.mean(),
          card.std(),
          options.inputScale().mean(data),
          options.inputScale().std(data));
    }
  }
}
