package org.e2spark.engine;

import org.e2spark.train.RequirementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which mode a run takes, and why.
 *
 * @param mode all-reduce or averaging
 * @param reason for people
 */
record ModeChoice(Mode mode, String reason) {

  private static final Logger log = LoggerFactory.getLogger(ModeChoice.class);

  /** Chooses where the user leaves it open: all-reduce wherever all workers can run at once. */
  static ModeChoice of(RunOptions run, int least, int workers, ClusterPreflight cluster) {
    if (run.mode() != Mode.AUTO) {
      return new ModeChoice(run.mode(), "asked for");
    }
    ModeChoice choice = choose(run, least, workers, cluster);
    log.info("Mode {}: {}", choice.mode(), choice.reason());
    return choice;
  }

  private static ModeChoice choose(
      RunOptions run, int least, int workers, ClusterPreflight cluster) {
    if (cluster.isDynamic()) {
      return new ModeChoice(
          Mode.AVERAGING, "with dynamic allocation no barrier stage starts, and executors may go");
    }
    try {
      int slots = cluster.require(least, workers, run.patience());
      return new ModeChoice(Mode.ALL_REDUCE, slots + " workers can run at once");
    } catch (RequirementException e) {
      return new ModeChoice(Mode.AVERAGING, e.getMessage());
    }
  }

  @Override
  public String toString() {
    return mode + " (" + reason + ")";
  }
}
