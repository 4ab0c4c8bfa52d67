package org.e2spark.engine;

/** Who carries the state of a training from worker to worker. */
public enum Mode {
  /** Workers, which run at once in a barrier stage and sum over sockets. */
  ALL_REDUCE,
  /**
   * The driver, in rounds of ordinary jobs: the state goes out by broadcast and comes back
   * averaged. Workers need not run at once, and may come and go.
   */
  AVERAGING,
  /** All-reduce where a barrier stage can run, or else averaging. */
  AUTO
}
