package org.e2spark.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.engine.Devices;
import org.e2spark.engine.EngineSettings;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.torch.EngineStart;
import org.e2spark.train.Evaluator;
import org.e2spark.train.Normalizer;

/**
 * One task's part of an evaluation; it holds no state, so Spark may repeat it.
 *
 * @param model the model's directory
 * @param data the shard directory
 * @param split of the shards
 * @param tasks how many there are
 * @param batch images at once
 * @param threads of the tensor engine
 * @param storage the driver's Hadoop settings, those that were set while it ran included
 * @param evaluation how convolutions are evaluated; null for what is saved with the model
 */
record EvaluateTask(
    String model,
    String data,
    String split,
    int tasks,
    int batch,
    int threads,
    SerializableConfiguration storage,
    org.e2spark.nn.convolution.Evaluation evaluation)
    implements Function<Integer, EvaluateTask.Part>, Serializable {

  /** What one task found; the loss is a sum. */
  record Part(double loss, Confusion confusion, List<Mistake> mistakes) implements Serializable {

    Part plus(Part other) {
      return new Part(
          loss + other.loss,
          confusion.plus(other.confusion),
          Mistake.surest(mistakes, other.mistakes));
    }
  }

  @Override
  public Part call(Integer rank) {
    EngineSettings.apply(threads);
    Configuration configuration = storage.value();
    SavedModel saved = SavedModel.read(new Path(model), configuration);
    try (ShardDataset dataset = ShardDataset.open(new Path(data), split, configuration);
        NDManager manager = EngineStart.ensure().newBaseManager(Devices.of(TaskContext.get()));
        BatchReader reader =
            BatchReader.builder(dataset)
                .storedOrder()
                .globalBatch(batch * tasks)
                .rank(rank)
                .worldSize(tasks)
                .build()) {
      Block network = saved.load(manager);
      if (evaluation != null) {
        evaluation.applyTo(network);
      }
      Evaluator evaluator =
          new Evaluator(network, new Normalizer(saved.card().mean(), saved.card().std()), manager);
      int classes = saved.card().classNames().size();
      Part part = new Part(0, Confusion.ofClasses(classes), List.of());
      while (reader.hasNext()) {
        try (ImageBatch images = reader.next()) {
          if (images.size() > 0) {
            part = part.plus(part(images, evaluator.predict(images), manager, classes));
          }
        }
      }
      return part;
    }
  }

  private static Part part(
      ImageBatch images, Evaluator.Predictions predictions, NDManager manager, int classes) {
    Confusion confusion = Confusion.ofClasses(classes);
    List<Mistake> mistakes = new ArrayList<>();
    int[] labels = images.labels();
    long[] ids = images.ids();
    for (int i = 0; i < labels.length; i++) {
      int predicted = Math.toIntExact(predictions.classes()[i]);
      confusion.count(labels[i], predicted);
      if (predicted != labels[i]) {
        mistakes.add(
            new Mistake(
                ids[i],
                labels[i],
                predicted,
                predictions.confidences()[i],
                pixels(images, i, manager)));
      }
    }
    return new Part(predictions.loss(), confusion, mistakes);
  }

  private static byte[] pixels(ImageBatch images, int sample, NDManager manager) {
    try (NDArray image = images.slice(sample, sample + 1).images(manager)) {
      return image.toByteArray();
    }
  }
}
