package org.e2spark.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Supplier;

/**
 * Workers that wait in this JVM for their run's next round: at most one for each processor, over
 * all runs; the one that has waited longest gives way.
 */
final class RoundWorkers {

  private record Idle(String run, RoundWorker worker) {}

  private static final Deque<Idle> IDLE = new ArrayDeque<>();
  private static final int MOST = Runtime.getRuntime().availableProcessors();

  /** The runs that were closed last: what a task of theirs still has is not to wait here. */
  private static final Deque<String> CLOSED = new ArrayDeque<>();

  private static final int REMEMBERED = 64;

  private RoundWorkers() {}

  /** One that waits, or else a new one; whoever takes it closes it or gives it back. */
  static RoundWorker take(String run, Supplier<RoundWorker> open) {
    synchronized (IDLE) {
      for (Iterator<Idle> all = IDLE.iterator(); all.hasNext(); ) {
        Idle idle = all.next();
        if (idle.run().equals(run)) {
          all.remove();
          return idle.worker();
        }
      }
    }
    return open.get();
  }

  /** Lets one wait; one whose run was closed is closed, too. */
  static void giveBack(String run, RoundWorker worker) {
    RoundWorker gone;
    synchronized (IDLE) {
      if (CLOSED.contains(run)) {
        gone = worker;
      } else {
        IDLE.addLast(new Idle(run, worker));
        gone = IDLE.size() > MOST ? IDLE.removeFirst().worker() : null;
      }
    }
    if (gone != null) {
      gone.close();
    }
  }

  /** Closes all that wait for one run, and those that will be given back. */
  static void close(String run) {
    Deque<Idle> gone = new ArrayDeque<>();
    synchronized (IDLE) {
      CLOSED.addLast(run);
      if (CLOSED.size() > REMEMBERED) {
        CLOSED.removeFirst();
      }
      IDLE.stream().filter(idle -> idle.run().equals(run)).forEach(gone::add);
      IDLE.removeAll(gone);
    }
    gone.forEach(idle -> idle.worker().close());
  }

  /** How many wait. */
  static int count() {
    synchronized (IDLE) {
      return IDLE.size();
    }
  }
}
