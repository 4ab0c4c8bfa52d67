package org.e2spark.engine;

import java.io.Serializable;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.sync.RunSecret;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.TrainOptions;

/**
 * What the driver tells every worker of one attempt.
 *
 * @param options of the training
 * @param network to train
 * @param run where and how, with a path that all machines understand
 * @param attempt its number
 * @param start the checkpoint that all begin from; null for the beginning
 * @param threads of the tensor engine
 * @param group so many workers are summed before they are with others: {@link
 *     org.e2spark.sync.Meeting}
 * @param secret of this attempt
 * @param reports the driver's address for reports
 * @param signs grows with everything a worker does, of what it fetches on
 * @param storage the driver's Hadoop settings, those that were set while it ran included
 */
record WorkerAssignment(
    TrainOptions options,
    NetworkFactory network,
    RunOptions run,
    int attempt,
    CheckpointStore.Name start,
    int threads,
    int group,
    RunSecret secret,
    String reports,
    LongAccumulator signs,
    SerializableConfiguration storage)
    implements Serializable {

  /** Gives a sign of the running task's life. */
  void alive() {
    signs.add(1);
  }
}
