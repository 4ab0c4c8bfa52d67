package org.e2spark.engine;

import java.io.Serializable;
import org.e2spark.train.Replica;
import org.e2spark.train.TrainState;

/**
 * What a round begins from, on every worker alike.
 *
 * @param state of the training
 * @param weights and running statistics
 * @param optimizer the optimisers' arrays
 */
record RoundState(TrainState state, byte[] weights, byte[] optimizer) implements Serializable {

  static RoundState of(TrainState state, Replica replica) {
    return new RoundState(state, replica.weights(), replica.optimizerState());
  }

  void restore(Replica replica) {
    replica.restore(weights, optimizer, state.optimizerSteps());
  }
}
