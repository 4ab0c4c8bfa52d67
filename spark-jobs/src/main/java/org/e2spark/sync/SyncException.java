package org.e2spark.sync;

/** Why workers could not go on together; each kind is a class of its own. */
public abstract sealed class SyncException extends RuntimeException
    permits SyncException.PeerLost,
        SyncException.PeerTimeout,
        SyncException.PeerFailed,
        SyncException.NotAuthenticated,
        SyncException.OutOfStep,
        SyncException.CannotListen,
        SyncException.Interrupted {

  /** How near an exception of a worker is to the cause of a failure. */
  public enum Grade {
    /** The worker failed by itself. */
    FIRST,
    /** The worker saw a peer fail, and does not know why. */
    WITNESS,
    /** The worker was told to stop, or told of the failure by who failed first. */
    ECHO
  }

  private SyncException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The grade of whatever ended a worker. */
  public static Grade grade(Throwable failure) {
    if (failure instanceof PeerFailed || failure instanceof Interrupted) {
      return Grade.ECHO;
    }
    return failure instanceof SyncException && !(failure instanceof CannotListen)
        ? Grade.WITNESS
        : Grade.FIRST;
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

  /** This worker or the driver cannot open a port of its own. */
  public static final class CannotListen extends SyncException {
    CannotListen(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** This worker was told to stop while it waited; its peers are not to blame. */
  public static final class Interrupted extends SyncException {
    Interrupted(String waitedFor) {
      super("This worker was told to stop while it waited for " + waitedFor, null);
    }
  }
}
