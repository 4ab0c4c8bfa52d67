package org.e2spark.sync;

import java.io.Serializable;
import java.time.Duration;

/**
 * How long a worker waits for the others.
 *
 * @param connect for all neighbours to be connected and authenticated, once
 * @param idle without a byte from a neighbour in the middle of a collective; it must cover the
 *     slowest worker's step and what rank 0 does beside; also without any other sign of a worker's
 *     life
 */
public record SyncTimeouts(Duration connect, Duration idle) implements Serializable {

  /** One minute to connect, five idle minutes. */
  public static final SyncTimeouts DEFAULT =
      new SyncTimeouts(Duration.ofMinutes(1), Duration.ofMinutes(5));

  /**
   * Checks that both are positive.
   *
   * @throws IllegalArgumentException when one is not
   */
  public SyncTimeouts {
    if (connect.isNegative() || connect.isZero() || idle.isNegative() || idle.isZero()) {
      throw new IllegalArgumentException(
          "Invalid timeouts: "
              + seconds(connect)
              + " to connect, "
              + seconds(idle)
              + " idle in a collective (both must be > 0 s)");
    }
  }

  /** The same with another idle time. */
  public SyncTimeouts withIdle(Duration time) {
    return new SyncTimeouts(connect, time);
  }

  private static String seconds(Duration time) {
    return time.toMillis() / 1e3 + " s";
  }
}
