package org.e2spark.engine;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.e2spark.data.shard.ManifestException;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.train.NetworkFactory;
import org.e2spark.train.Replica;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainOptions;

/**
 * What a worker computes with.
 *
 * @param dataset to train on
 * @param validation to measure on; null for none
 * @param replica of the network
 */
record WorkerParts(ShardDataset dataset, ShardDataset validation, Replica replica)
    implements AutoCloseable {

  /**
   * Fetches, verifies and builds them.
   *
   * @param task that calls this
   * @param alive hears whenever some more is done
   * @throws RequirementException if this machine does not see the data
   */
  static WorkerParts open(
      TrainOptions options,
      NetworkFactory network,
      Configuration configuration,
      TaskContext task,
      Runnable alive) {
    ShardDataset dataset = open(options, options.split(), configuration, alive);
    ShardDataset validation = null;
    try {
      if (options.validation().measures()) {
        validation = open(options, options.validation().split(), configuration, alive);
      }
      Replica replica = new Replica(network, dataset.manifest(), options, Devices.of(task));
      alive.run();
      return new WorkerParts(dataset, validation, replica);
    } catch (RuntimeException | Error e) {
      close(dataset, validation);
      throw e;
    }
  }

  private static ShardDataset open(
      TrainOptions options, String split, Configuration configuration, Runnable alive) {
    try {
      return ShardDataset.open(new Path(options.data()), split, configuration, alive);
    } catch (ManifestException e) {
      throw new RequirementException(
          "A worker cannot read "
              + options.data()
              + ", which the driver has read: --data must be on storage that all machines share ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private static void close(ShardDataset dataset, ShardDataset validation) {
    dataset.close();
    if (validation != null) {
      validation.close();
    }
  }

  @Override
  public void close() {
    try {
      replica.close();
    } finally {
      close(dataset, validation);
    }
  }
}
