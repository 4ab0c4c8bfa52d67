package org.e2spark.ml;

import java.util.List;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.e2spark.model.Presets;
import org.e2spark.train.AugmentationPolicy;
import org.e2spark.train.InputScale;
import org.e2spark.train.TrainOptions;

/** The Params of a training, and the options they stand for. */
final class TrainParams {

  private final Params owner;
  final Param<String> preset;
  final IntParam maxEpochs;
  final IntParam batchSize;
  final IntParam microBatchSize;
  final DoubleParam learningRate;
  final Param<String> augmentation;
  final Param<String> inputScale;
  final IntParam numWorkers;
  final LongParam seed;
  final Param<String> store;

  TrainParams(Params owner) {
    this.owner = owner;
    String uid = owner.uid();
    preset = new Param<>(uid, "preset", "the network's name", String.class);
    maxEpochs = new IntParam(uid, "maxEpochs", "times through the images", atLeast(1));
    batchSize = new IntParam(uid, "batchSize", "images of a step, over all workers", atLeast(1));
    microBatchSize =
        new IntParam(
            uid,
            "microBatchSize",
            "images of each pass; 0 for a worker's whole part of the batch",
            atLeast(0));
    learningRate =
        new DoubleParam(uid, "learningRate", "the highest learning rate", ParamValidators.gt(0));
    augmentation =
        new Param<>(uid, "augmentation", "what happens to each image in each epoch", String.class);
    inputScale =
        new Param<>(
            uid,
            "inputScale",
            "how pixels become numbers: unit or standard",
            ParamValidators.inArray(List.of("unit", "standard")),
            String.class);
    numWorkers = new IntParam(uid, "numWorkers", "workers; 0 for one an executor", atLeast(0));
    seed = new LongParam(uid, "seed", "of first weights, order of images and augmentation");
    store = new Param<>(uid, "store", "a folder that driver and executors all see", String.class);
    TrainOptions defaults = TrainOptions.builder("default", "default").build();
    owner.setDefault(maxEpochs, defaults.epochs());
    owner.setDefault(batchSize, defaults.batch());
    owner.setDefault(microBatchSize, defaults.microBatch());
    owner.setDefault(learningRate, defaults.learningRate());
    owner.setDefault(augmentation, AugmentationPolicy.NONE.toString());
    owner.setDefault(inputScale, "unit");
    owner.setDefault(numWorkers, 0);
    owner.setDefault(seed, defaults.seed());
  }

  private static <T> scala.Function1<T, Object> atLeast(int least) {
    return ParamValidators.gtEq(least);
  }

  /**
   * What is to be trained.
   *
   * @param data the shard directory
   * @throws IllegalArgumentException naming the Param that is not set or out of range
   */
  TrainOptions options(String data) {
    if (!owner.isSet(preset)) {
      throw new IllegalArgumentException("preset is not set: name a network");
    }
    Presets.require(owner.getOrDefault(preset));
    return TrainOptions.builder(owner.getOrDefault(preset), data)
        .epochs((int) owner.getOrDefault(maxEpochs))
        .batch((int) owner.getOrDefault(batchSize))
        .microBatch((int) owner.getOrDefault(microBatchSize))
        .learningRate((double) owner.getOrDefault(learningRate))
        .augmentation(AugmentationPolicy.of(owner.getOrDefault(augmentation)))
        .inputScale(
            owner.getOrDefault(inputScale).equals("standard")
                ? InputScale.STANDARD
                : InputScale.UNIT)
        .seed((long) owner.getOrDefault(seed))
        .build();
  }
}
