package org.e2spark.engine;

import java.util.Optional;
import org.e2spark.checkpoint.CheckpointStore;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights that a finished training is saved with.
 *
 * @param bytes of the safetensors file
 * @param samples that the training had seen by then
 * @param description which they are
 */
@SuppressWarnings("ArrayRecordComponent") // as large as the network, never compared
record FinalWeights(byte[] bytes, long samples, String description) {

  private static final Logger log = LoggerFactory.getLogger(FinalWeights.class);

  /**
   * Reads them.
   *
   * @param last checkpoint of the training
   * @throws org.e2spark.checkpoint.DamagedException when a checkpoint is not there or not whole
   */
  static FinalWeights of(
      RunDirectory directory, TrainOptions options, CheckpointStore.Name last, TrainState state) {
    double decay = options.update().averageDecay();
    String average = decay > 0 ? ", averaged with decay " + decay : "";
    if (options.validation().restoreBest()) {
      Optional<CheckpointStore.Name> best =
          directory.best().find(state.validation().improvements());
      if (best.isPresent()) {
        long samples = state.validation().bestSamples();
        return new FinalWeights(
            directory.best().weights(best.get()),
            samples,
            "best in validation, after " + samples + " samples" + average);
      }
      log.warn("No validation had a finite loss: the last weights are saved, not the best");
    }
    byte[] bytes =
        decay > 0
            ? directory.checkpoints().averagedWeights(last)
            : directory.checkpoints().weights(last);
    return new FinalWeights(
        bytes, state.samples(), "last, after " + state.samples() + " samples" + average);
  }
}
