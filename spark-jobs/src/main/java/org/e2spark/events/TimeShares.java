package org.e2spark.events;

import java.io.Serializable;

/**
 * Where the time of an epoch's steps went: of rank 0, or of the mean worker where rounds of steps
 * are Spark jobs. The three add up to 1, or are all 0 where nothing was measured.
 *
 * @param data fraction that was spent in waiting for images
 * @param compute fraction that was spent in computing: augmentation, network, optimiser
 * @param synchronisation fraction that was spent in collectives, or between one round's steps and
 *     the next one's: sending, and waiting for others or for a slot
 */
public record TimeShares(double data, double compute, double synchronisation)
    implements Serializable {

  /** Nothing was measured, as in earlier versions. */
  public static final TimeShares UNKNOWN = new TimeShares(0, 0, 0);

  /**
   * Shares of a time.
   *
   * @param total time in any unit, more than 0
   * @param data of it
   * @param synchronisation of it
   */
  public static TimeShares of(double total, double data, double synchronisation) {
    double first = data / total;
    double last = synchronisation / total;
    return new TimeShares(first, Math.max(0, 1 - first - last), last);
  }

  /** Whether they were measured. */
  public boolean areKnown() {
    return data + compute + synchronisation > 0;
  }
}
