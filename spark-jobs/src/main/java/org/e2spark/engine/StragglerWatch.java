package org.e2spark.engine;

import java.util.ArrayList;
import java.util.List;
import org.e2spark.train.Pulse;

/** Finds workers that are slower than the others for longer than by accident; each is told once. */
final class StragglerWatch {

  /** Times the median. */
  private static final double SLOW = 1.5;

  private static final int BEATS = 3;

  private final int[] slow;
  private final String[] hosts;

  StragglerWatch(int worldSize) {
    slow = new int[worldSize];
    hosts = new String[worldSize];
  }

  /**
   * The ranks that have now been slow for so long.
   *
   * @param where each rank is; what it was elsewhere does not count
   */
  List<Integer> found(Pulse.Beat beat, List<String> where) {
    List<Integer> found = new ArrayList<>();
    for (int rank = 0; rank < slow.length; rank++) {
      if (slow[rank] >= BEATS) {
        continue;
      }
      if (!where.get(rank).equals(hosts[rank])) {
        hosts[rank] = where.get(rank);
        slow[rank] = 0;
      }
      slow[rank] = beat.share(rank) > SLOW ? slow[rank] + 1 : 0;
      if (slow[rank] == BEATS) {
        found.add(rank);
      }
    }
    return found;
  }
}
