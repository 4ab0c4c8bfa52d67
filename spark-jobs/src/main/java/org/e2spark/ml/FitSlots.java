package org.e2spark.ml;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.IntSupplier;
import org.apache.spark.SparkContext;
import org.e2spark.cache.BoundedCache;
import org.e2spark.engine.ClusterPreflight;

/**
 * Shares an application's slots among the fits that are made at once, such as those of a
 * CrossValidator: as many run as have slots for their workers, the others wait for their turn.
 */
final class FitSlots implements AutoCloseable {

  private static final int APPLICATIONS = 4;
  private static final BoundedCache<String, Fits> FITS = BoundedCache.ofSize(APPLICATIONS);

  private final Fits fits;
  private final int workers;

  private FitSlots(Fits fits, int workers) {
    this.fits = fits;
    this.workers = workers;
  }

  /**
   * Waits until there are slots for as many workers, or until no other fit has any.
   *
   * @param workers at least 1
   */
  static FitSlots take(SparkContext context, int workers) throws InterruptedException {
    String application = context.applicationId() + "-" + context.startTime();
    ClusterPreflight cluster = new ClusterPreflight(context);
    return take(FITS.get(application, Fits::new), cluster::slots, workers);
  }

  /**
   * As {@link #take(SparkContext, int)}.
   *
   * @param slots how many there are now; executors come and go between fits
   */
  static FitSlots take(Fits fits, IntSupplier slots, int workers) throws InterruptedException {
    fits.begin(slots, workers);
    return new FitSlots(fits, workers);
  }

  @Override
  public void close() {
    fits.end(workers);
  }

  /** An application's fits, in the order in which they came. */
  static final class Fits {
    /** Spark tells of executors that come, but not of slots. */
    private static final long LOOK_AGAIN_MILLIS = 500;

    private final Queue<Object> waiting = new ArrayDeque<>();
    private int running;

    private synchronized void begin(IntSupplier slots, int workers) throws InterruptedException {
      Object turn = new Object();
      waiting.add(turn);
      try {
        while (waiting.peek() != turn || (running > 0 && running + workers > slots.getAsInt())) {
          wait(LOOK_AGAIN_MILLIS);
        }
        running += workers;
      } finally {
        waiting.remove(turn);
        notifyAll();
      }
    }

    private synchronized void end(int workers) {
      running -= workers;
      notifyAll();
    }
  }
}
