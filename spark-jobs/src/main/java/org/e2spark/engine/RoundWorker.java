package org.e2spark.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.spark.TaskContext;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.train.LocalRound;
import org.e2spark.train.Stepper;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainState;
import org.e2spark.train.Validator;

/** An open dataset and a replica, which serve any rank of any round of one run. */
final class RoundWorker implements AutoCloseable {

  private final TrainOptions options;
  private final WorkerParts parts;
  private final Stepper stepper;
  private long waited;

  /**
   * @param alive hears whenever some more is done
   */
  RoundWorker(RoundAssignment assignment, TaskContext task, Runnable alive) {
    options = assignment.options();
    parts =
        WorkerParts.open(options, assignment.network(), assignment.storage().value(), task, alive);
    stepper = new Stepper(options, parts.dataset(), parts.replica());
  }

  /**
   * Makes a round's steps: a function of the state, the rank and the number of workers, which done
   * twice gives the same.
   *
   * @param stepped hears of every step
   */
  ByteBuffer train(RoundState begin, int rank, int workers, TaskContext task, Runnable stepped) {
    StopSign stop = StopSign.of(task);
    waited = 0;
    begin.restore(parts.replica());
    TrainState state = begin.state();
    LocalRound round = new LocalRound(stepper, state);
    try (BatchReader reader = stepper.reader(state, rank, workers)) {
      while (!round.isOver(state)) {
        stop.heed();
        try (ImageBatch batch = next(reader)) {
          state = round.step(state, batch);
        }
        stepped.run();
      }
    }
    return parts.replica().average().contribute(round.own());
  }

  private ImageBatch next(BatchReader reader) {
    long began = System.nanoTime();
    ImageBatch batch = reader.next();
    waited += System.nanoTime() - began;
    return batch;
  }

  /** Nanoseconds that the last round waited for images. */
  long waited() {
    return waited;
  }

  /**
   * Measures this rank's part of the validation split: a function of the same, as well.
   *
   * @param stepped hears of every pass
   */
  ByteBuffer measure(RoundState state, int rank, int workers, Runnable stepped) {
    waited = 0;
    state.restore(parts.replica());
    float[] part =
        new Validator(parts.validation(), options).part(parts.replica(), rank, workers, stepped);
    ByteBuffer bytes =
        ByteBuffer.allocate(part.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(part);
    return bytes;
  }

  @Override
  public void close() {
    parts.close();
  }
}
