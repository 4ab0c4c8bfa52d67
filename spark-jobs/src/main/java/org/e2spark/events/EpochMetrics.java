package org.e2spark.events;

import java.io.Serializable;
import java.util.List;

/**
 * One epoch of training, measured while the weights changed.
 *
 * @param epoch from 0
 * @param samples seen since the beginning of the training
 * @param loss mean cross entropy
 * @param accuracy fraction of samples that were classified right
 * @param imagesPerSecond over all workers; of the part since the last resume, without validation
 * @param shares of the same time
 * @param validation what was measured on the validation split in the epoch
 */
public record EpochMetrics(
    int epoch,
    long samples,
    double loss,
    double accuracy,
    double imagesPerSecond,
    TimeShares shares,
    List<ValidationMetrics> validation)
    implements Serializable {

  /** Copies the list. */
  public EpochMetrics {
    validation = List.copyOf(validation);
  }
}
