package org.e2spark.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.train.LocalRound;
import org.e2spark.train.Replica;
import org.e2spark.train.Stepper;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainState;
import org.e2spark.train.Validator;

/** An open dataset and a replica, which serve any rank of any round of one run. */
final class RoundWorker implements AutoCloseable {

  private final TrainOptions options;
  private final ShardDataset dataset;
  private final Replica replica;
  private final Stepper stepper;
  private final ShardDataset validation;

  RoundWorker(RoundAssignment assignment, TaskContext task) {
    Configuration configuration = assignment.storage().value();
    options = assignment.options();
    dataset = WorkerTask.open(options, options.split(), configuration);
    try {
      validation = WorkerTask.validation(options, configuration);
      replica = new Replica(assignment.network(), dataset.manifest(), options, Devices.of(task));
    } catch (RuntimeException | Error e) {
      dataset.close();
      throw e;
    }
    stepper = new Stepper(options, dataset, replica);
  }

  /** A function of the state, the rank and the number of workers: done twice, it gives the same. */
  ByteBuffer train(RoundState begin, int rank, int workers, TaskContext task) {
    StopSign stop = StopSign.of(task);
    begin.restore(replica);
    TrainState state = begin.state();
    LocalRound round = new LocalRound(stepper, state);
    try (BatchReader reader = stepper.reader(state, rank, workers)) {
      while (!round.isOver(state)) {
        stop.heed();
        try (ImageBatch batch = reader.next()) {
          state = round.step(state, batch);
        }
      }
    }
    return replica.average().contribute(round.own());
  }

  /** This rank's part of the validation's table: a function of the same, as well. */
  ByteBuffer measure(RoundState state, int rank, int workers) {
    state.restore(replica);
    float[] part = new Validator(validation, options).part(replica, rank, workers);
    ByteBuffer bytes =
        ByteBuffer.allocate(part.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(part);
    return bytes;
  }

  @Override
  public void close() {
    replica.close();
    if (validation != null) {
      validation.close();
    }
    dataset.close();
  }
}
