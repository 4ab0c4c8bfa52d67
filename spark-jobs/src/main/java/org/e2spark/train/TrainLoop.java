package org.e2spark.train;

import java.nio.ByteBuffer;
import org.e2spark.data.shard.BatchReader;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.data.shard.ShardDataset;
import org.e2spark.events.EpochMetrics;
import org.e2spark.sync.Communicator;

/** All steps of one worker, from where a state is to the end. */
public final class TrainLoop {

  /** What others want to know of a loop, at the places where it is consistent. */
  public interface Observer {
    /** After every step. */
    void stepped(TrainState state, SampleSums batch);

    /** After a step or an epoch at which a checkpoint is due; the state counts it already. */
    void checkpoint(TrainState state);

    /** After the end of an epoch. */
    void epochFinished(EpochMetrics epoch);
  }

  private final TrainOptions options;
  private final ShardDataset dataset;
  private final Replica replica;
  private final Communicator communicator;
  private final long checkpointEvery;
  private final Stepper stepper;
  private final ReplicaAgreement agreement;
  private LocalRound round;

  /**
   * @param checkpointEvery samples between checkpoints inside an epoch; 0 for none but at its end
   */
  public TrainLoop(
      TrainOptions options,
      ShardDataset dataset,
      Replica replica,
      Communicator communicator,
      long checkpointEvery) {
    this.options = options;
    this.dataset = dataset;
    this.replica = replica;
    this.communicator = communicator;
    this.checkpointEvery = checkpointEvery;
    this.stepper = new Stepper(options, dataset, replica);
    this.agreement = new ReplicaAgreement(communicator);
  }

  /**
   * Trains to the end.
   *
   * @throws TrainingException when the loss, a gradient or a running statistic is not finite any
   *     more; no parameter was changed by it
   */
  public TrainState run(TrainState start, Observer observer) {
    TrainState state = start;
    while (state.epoch() < options.epochs()) {
      state = epoch(state, observer);
    }
    return state;
  }

  private TrainState epoch(TrainState start, Observer observer) {
    TrainState state = start;
    long mark = start.samples();
    long began = System.nanoTime();
    try (BatchReader reader =
        stepper.reader(state, communicator.rank(), communicator.worldSize())) {
      while (reader.hasNext()) {
        try (ImageBatch batch = reader.next()) {
          state = step(state, batch, observer);
        }
        if (round == null) {
          if (isCheckpointDue(state, mark)) {
            state = checkpoint(state, observer);
          }
          mark = state.samples();
        }
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    state = state.afterEpoch(seconds, start.sampleInEpoch());
    observer.epochFinished(state.history().get(state.history().size() - 1));
    return checkpoint(state, observer);
  }

  private TrainState checkpoint(TrainState state, Observer observer) {
    agreement.check(replica.digests(), "after " + state.samples() + " samples");
    TrainState saved = state.saved();
    observer.checkpoint(saved);
    return saved;
  }

  private TrainState step(TrainState before, ImageBatch batch, Observer observer) {
    if (options.localSteps().isNone()) {
      SampleSums sums = stepper.step(before, batch, communicator);
      TrainState state = before.afterBatch(sums, batch.globalSize());
      observer.stepped(state, sums);
      return state;
    }
    if (round == null) {
      round = new LocalRound(stepper, before);
    }
    TrainState state = round.step(before, batch);
    SampleSums sums = SampleSums.ZERO;
    if (round.isOver(state)) {
      ByteBuffer values = replica.average().contribute(round.own());
      communicator.allReduceSum(values);
      sums = replica.average().take(values, state.optimizerSteps());
      state = state.afterRound(sums);
      round = null;
    }
    observer.stepped(state, sums);
    return state;
  }

  private boolean isCheckpointDue(TrainState state, long before) {
    return checkpointEvery > 0
        && state.sampleInEpoch() < dataset.size()
        && state.samples() / checkpointEvery > before / checkpointEvery;
  }
}
