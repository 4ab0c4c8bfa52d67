package org.e2spark.train;

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

  /** Makes one step. */
  public TrainState step(TrainState before, ImageBatch batch) {
    // Without samples there is no gradient whose mean a step could be made with.
    if (batch.size() > 0) {
      own = own.plus(stepper.step(before, batch, Communicator.alone()));
    }
    return before.afterBatch(SampleSums.ZERO, batch.globalSize());
  }

  /** Whether the round has come to its end, of which the state is. */
  public boolean isOver(TrainState state) {
    return state.samples() >= end;
  }

  /** Sums over this worker's samples so far. */
  public SampleSums own() {
    return own;
  }
}
