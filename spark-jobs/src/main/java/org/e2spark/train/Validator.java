package org.e2spark.train;

import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.events.ValidationMetrics;
import org.e2spark.sync.Communicator;

/**
 * Measures replicas on a validation split, of which every worker takes its part.
 *
 * <p>The split is cut into passes of a fixed size. Each pass's sums stand at its own place of a
 * table that workers add up, and are added in double precision from there: what is found, and
 * whether a training stops for it, does not depend on the number of workers.
 */
public final class Validator {

  private static final int PASS = 64;
  private static final int COLUMNS = 2;

  private final ShardDataset split;
  private final int pass;

  /**
   * @param split to measure on
   */
  public Validator(ShardDataset split, TrainOptions options) {
    this.split = split;
    this.pass = options.microBatch() > 0 ? options.microBatch() : Math.min(PASS, options.batch());
  }

  /**
   * Measures; every worker of the communicator must.
   *
   * @param passed hears of every pass
   */
  ValidationMetrics measure(
      Replica replica, TrainState state, Communicator communicator, Runnable passed) {
    float[] table = part(replica, communicator.rank(), communicator.worldSize(), passed);
    communicator.allReduceSum(table);
    return metrics(table, state, split.size());
  }

  /**
   * One worker's part of the table, and zeros.
   *
   * @param passed hears of every pass
   */
  public float[] part(Replica replica, int rank, int worldSize, Runnable passed) {
    float[] table = new float[COLUMNS * (int) ((split.size() + pass - 1) / pass)];
    return replica.evaluate(evaluator -> fill(table, evaluator, rank, worldSize, passed));
  }

  /**
   * What the sum of all workers' tables says.
   *
   * @param samples of the split
   */
  public static ValidationMetrics metrics(float[] table, TrainState state, long samples) {
    double loss = 0;
    double correct = 0;
    for (int row = 0; row < table.length; row += COLUMNS) {
      loss += table[row];
      correct += table[row + 1];
    }
    return new ValidationMetrics(state.epoch(), state.samples(), loss / samples, correct / samples);
  }

  private float[] fill(
      float[] table, Evaluator evaluator, int rank, int worldSize, Runnable passed) {
    try (BatchReader reader =
        BatchReader.builder(split)
            .storedOrder()
            .globalBatch(pass * worldSize)
            .unit(pass)
            .rank(rank)
            .worldSize(worldSize)
            .build()) {
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          for (int from = 0; from < batch.size(); from += pass) {
            try (ImageBatch part = batch.slice(from, Math.min(from + pass, batch.size()))) {
              SampleSums sums = evaluator.evaluate(part);
              int row = (int) (part.start() / pass);
              table[COLUMNS * row] = (float) sums.loss();
              table[COLUMNS * row + 1] = sums.correct();
              passed.run();
            }
          }
        }
      }
    }
    return table;
  }
}
