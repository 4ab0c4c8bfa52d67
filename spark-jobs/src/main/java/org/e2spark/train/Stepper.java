package org.e2spark.train;

import java.util.Optional;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.optim.LearningRate;
import org.e2spark.sync.Communicator;
import org.e2spark.text.Text;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the steps of one replica on one dataset, as the options say.
 *
 * <p>Not thread-safe.
 */
public final class Stepper {

  private static final Logger log = LoggerFactory.getLogger(Stepper.class);

  private final TrainOptions options;
  private final ShardDataset dataset;
  private final Replica replica;
  private final LearningRate rate;

  public Stepper(TrainOptions options, ShardDataset dataset, Replica replica) {
    this.options = options;
    this.dataset = dataset;
    this.replica = replica;
    this.rate = options.rate(dataset.size());
  }

  Replica replica() {
    return replica;
  }

  /** One worker's parts of the global batches that come after a state. */
  public BatchReader reader(TrainState state, int rank, int worldSize) {
    return BatchReader.builder(dataset)
        .seed(options.seed())
        .epoch(state.epoch())
        .globalBatch(options.batch())
        .unit(Math.max(1, options.microBatch()))
        .rank(rank)
        .worldSize(worldSize)
        .startAt(state.sampleInEpoch())
        .augmentation(options.augmentation().create())
        .build();
  }

  /** How many samples the training has seen when the round that begins at a state ends. */
  long roundEnd(TrainState state) {
    return state.samples() + options.localSteps().samples(state, options.batch(), dataset.size());
  }

  /**
   * As {@link #step}, but a step that is not finite is left out, as often as the options allow.
   *
   * @param already left out beside those that the state counts
   * @return empty if it was left out
   */
  Optional<SampleSums> stepOrSkip(
      TrainState before, int already, ImageBatch batch, Communicator communicator) {
    try {
      return Optional.of(step(before, batch, communicator));
    } catch (TrainingException e) {
      int most = options.update().skipNonFinite();
      int skipped = before.skipped() + already;
      if (!(e.getCause() instanceof NonFiniteException) || skipped >= most) {
        throw e;
      }
      log.warn(
          "Step {} of at most {} is left out: {}; of its samples {} this worker had {}",
          skipped + 1,
          most,
          e.getMessage(),
          batch.globalSize(),
          batch.ids());
      return Optional.empty();
    }
  }

  /**
   * One step.
   *
   * @param before where the training is
   * @param communicator of those whose gradients are summed
   * @return sums over all workers of the communicator
   * @throws TrainingException when the loss, a gradient or a running statistic is not finite any
   *     more; no parameter was changed by it
   */
  SampleSums step(TrainState before, ImageBatch batch, Communicator communicator) {
    double learningRate = rate.at(before.samples());
    try {
      return replica.step(batch, learningRate, before.samples(), communicator);
    } catch (NonFiniteException e) {
      throw new TrainingException(
          e.getMessage()
              + ", in the batch after "
              + before.samples()
              + " samples (epoch "
              + before.epoch()
              + ") at learning rate "
              + learningRate
              + ": "
              + remedy(batch, communicator)
              + "; nothing of this batch was applied",
          e);
    }
  }

  private static String remedy(ImageBatch batch, Communicator communicator) {
    int workers = communicator.worldSize();
    boolean single = batch.size() == 1 || batch.globalSize() < 2 * workers;
    return single
        ? Text.format(
            "of the %d images of this batch a worker had a single one, which has no variance; choose a --batch"
                + " that leaves each of %d workers two, also of what is left at an epoch's end",
            batch.globalSize(), workers)
        : "lower the learning rate";
  }
}
