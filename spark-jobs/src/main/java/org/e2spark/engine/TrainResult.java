package org.e2spark.engine;

import java.util.List;
import org.e2spark.events.EpochMetrics;
import org.e2spark.savedmodel.ModelCard;

/**
 * A finished training.
 *
 * @param model the model's directory
 * @param card what the model is
 * @param history one entry for each epoch
 * @param workers that took part
 * @param seconds that this run took, from the start of the workers to their end
 */
public record TrainResult(
    String model, ModelCard card, List<EpochMetrics> history, int workers, double seconds) {
  /** Copies the history. */
  public TrainResult {
    history = List.copyOf(history);
  }
}
