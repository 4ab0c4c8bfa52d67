package org.e2spark.sync;

/** Why workers could not go on together; each kind is a class of its own. */
public abstract sealed class SyncException extends RuntimeException
    permits SyncException.PeerLost,
        SyncException.PeerTimeout,
        SyncException.PeerFailed,
        SyncException.NotAuthenticated,
        SyncException.OutOfStep {

  private SyncException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A peer's connection ended or could not be made. */
  public static final class PeerLost extends SyncException {
    PeerLost(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A peer said nothing for longer than the limit. */
  public static final class PeerTimeout extends SyncException {
    PeerTimeout(String message) {
      super(message, null);
    }
  }

  /** Another worker failed first and said why; this worker only stops because of it. */
  public static final class PeerFailed extends SyncException {
    private final int failedRank;
    private final String reason;

    PeerFailed(int failedRank, String reason) {
      super("Stopped because rank " + failedRank + " failed first: " + reason, null);
      this.failedRank = failedRank;
      this.reason = reason;
    }

    /** The rank that failed first. */
    public int failedRank() {
      return failedRank;
    }

    /** What that rank said. */
    public String reason() {
      return reason;
    }
  }

  /** A peer could not show that it knows the run's secret. */
  public static final class NotAuthenticated extends SyncException {
    NotAuthenticated(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A peer called another collective, or one of another size. */
  public static final class OutOfStep extends SyncException {
    OutOfStep(String message) {
      super(message, null);
    }
  }
}
