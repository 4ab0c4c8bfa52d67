package org.e2spark.train;

/**
 * One message of a worker to the driver; one of the parts is there.
 *
 * @param progress of rank 0
 * @param epoch that rank 0 has finished
 * @param failure of any rank
 */
record Report(Progress progress, EpochMetrics epoch, Failure failure) {

  /**
   * Why a worker stops.
   *
   * @param host it ran on
   * @param reason its exception
   * @param kind whether it is the cause or an echo
   */
  record Failure(String host, String reason, Kind kind) {}

  /** What a failure says about the first one. */
  enum Kind {
    /** It happened here. */
    FIRST,
    /** Somebody else vanished without a word. */
    WITNESS,
    /** Somebody else failed and said so. */
    ECHO
  }
}
