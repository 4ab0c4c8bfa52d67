package org.e2spark.events;

/**
 * One message of a worker to the driver; one of the parts is there.
 *
 * @param event that rank 0 tells
 * @param failure of any rank
 */
public record WorkerReport(TrainEvent event, Failure failure) {

  /** A report of an event. */
  public static WorkerReport of(TrainEvent event) {
    return new WorkerReport(event, null);
  }

  /** A report of a failure. */
  public static WorkerReport of(Failure failure) {
    return new WorkerReport(null, failure);
  }

  /**
   * Why a worker stops.
   *
   * @param worker what people call it: its rank, or its task where it has none yet, and its host
   * @param reason its exception
   * @param kind whether it is the cause or an echo
   * @param nature whether trying again can help
   */
  public record Failure(String worker, String reason, Kind kind, Nature nature) {}

  /** What a failure says about the first one. */
  public enum Kind {
    /** It happened here. */
    FIRST,
    /** Somebody else vanished without a word. */
    WITNESS,
    /** Somebody else failed and said so. */
    ECHO
  }

  /** What a failure says about another attempt. */
  public enum Nature {
    /** The data is not what it should be, and will not be. */
    DATA,
    /** What was asked for cannot be had here; the message says what to change. */
    REFUSED,
    /** The same would happen again. */
    LASTING,
    /** A machine leaves, as was announced; nothing is lost. */
    LEAVING,
    /** A machine, a disk or a network; it may be well next time. */
    PASSING
  }
}
