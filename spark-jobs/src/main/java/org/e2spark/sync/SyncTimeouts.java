package org.e2spark.sync;

import java.io.Serializable;
import java.time.Duration;

/**
 * How long a worker waits for the others.
 *
 * @param connect for all neighbours to be connected and authenticated, once
 * @param collective for one frame of a collective to arrive; it must cover the slowest worker's
 *     step and rank 0's writing of a checkpoint
 */
public record SyncTimeouts(Duration connect, Duration collective) implements Serializable {

  /** One minute to connect, five minutes a frame. */
  public static final SyncTimeouts DEFAULT =
      new SyncTimeouts(Duration.ofMinutes(1), Duration.ofMinutes(5));

  /**
   * Checks that both are positive.
   *
   * @throws IllegalArgumentException when one is not
   */
  public SyncTimeouts {
    if (connect.isNegative()
        || connect.isZero()
        || collective.isNegative()
        || collective.isZero()) {
      throw new IllegalArgumentException(
          "Invalid timeouts: connect " + connect + ", collective " + collective + " (both > 0)");
    }
  }
}
