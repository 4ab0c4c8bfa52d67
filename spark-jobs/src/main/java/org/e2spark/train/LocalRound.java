package org.e2spark.train;

import java.util.Optional;
import org.e2spark.data.shard.ImageBatch;
import org.e2spark.sync.Communicator;

/**
 * A round of steps that one worker makes alone, each on its part of a global batch: a function of
 * the state it begins from, the rank and the world size, and of nothing else.
 */
public final class LocalRound {

  private final Stepper stepper;
  private final long end;
  private SampleSums own = SampleSums.ZERO;
  private int skipped;

  /**
   * Begins a round.
   *
   * @param stepper of this worker's replica
   * @param start the state of the whole training
   */
  public LocalRound(Stepper stepper, TrainState start) {
    this.stepper = stepper;
    this.end = stepper.roundEnd(start);
    stepper.replica().average().begin();
  }

  /**
   * Makes one step, or leaves it out where it is not finite: as often as the options still allow
   * when the round begins.
   */
  public TrainState step(TrainState before, ImageBatch batch) {
    // Without samples there is no gradient whose mean a step could be made with.
    if (batch.size() > 0) {
      Optional<SampleSums> sums = stepper.stepOrSkip(before, skipped, batch, Communicator.alone());
      own = own.plus(sums.orElse(SampleSums.ZERO));
      skipped += sums.isEmpty() ? 1 : 0;
    }
    return before.afterBatch(SampleSums.ZERO, batch.globalSize());
  }

  /** Whether the round has come to its end, of which the state is. */
  public boolean isOver(TrainState state) {
    return state.samples() >= end;
  }

  /** What this worker has counted so far. */
  public RoundSums own() {
    return new RoundSums(own, skipped);
  }

  /**
   * The state after a round of all workers.
   *
   * @param end of the round, without what workers counted
   * @param counted by all of them
   * @throws TrainingException if together they left out more steps than the options allow
   */
  public static TrainState after(TrainState end, RoundSums counted, TrainOptions options) {
    TrainState state = end.afterRound(counted);
    if (state.skipped() > options.update().skipNonFinite()) {
      throw new TrainingException(
          "In the round that ends after "
              + state.samples()
              + " samples workers left out "
              + counted.skipped()
              + " steps that were not finite, "
              + state.skipped()
              + " in all (--skip-non-finite "
              + options.update().skipNonFinite()
              + "): lower the learning rate");
    }
    return state;
  }
}
