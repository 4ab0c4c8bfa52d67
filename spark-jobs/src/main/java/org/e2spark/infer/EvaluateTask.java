package org.e2spark.infer;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import java.io.Serializable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.engine.Devices;
import org.e2spark.engine.EngineSettings;
import org.e2spark.savedmodel.SavedModel;
import org.e2spark.torch.EngineStart;
import org.e2spark.train.Evaluator;
import org.e2spark.train.Normalizer;
import org.e2spark.train.SampleSums;

/**
 * One task's part of an evaluation; it holds no state, so Spark may repeat it.
 *
 * @param model the model's directory
 * @param data the shard directory
 * @param split of the shards
 * @param tasks how many there are
 * @param batch images at once
 * @param threads of the tensor engine
 * @param evaluation how convolutions are evaluated; null for what is saved with the model
 */
record EvaluateTask(
    String model,
    String data,
    String split,
    int tasks,
    int batch,
    int threads,
    org.e2spark.nn.convolution.Evaluation evaluation)
    implements Function<Integer, EvaluateTask.Part>, Serializable {

  /** SampleSums over one task's samples. */
  record Part(double loss, long correct, long samples) implements Serializable {}

  @Override
  public Part call(Integer rank) {
    EngineSettings.apply(threads);
    Configuration configuration = SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf());
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
      SampleSums sums = SampleSums.ZERO;
      while (reader.hasNext()) {
        try (ImageBatch images = reader.next()) {
          sums = sums.plus(evaluator.evaluate(images));
        }
      }
      return new Part(sums.loss(), sums.correct(), sums.samples());
    }
  }
}
