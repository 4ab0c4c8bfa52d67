package org.e2spark.ml;

import java.util.concurrent.Semaphore;
import org.apache.spark.SparkContext;
import org.e2spark.cache.BoundedCache;
import org.e2spark.engine.ClusterPreflight;

/**
 * Shares an application's slots among the fits that are made at once, such as those of a
 * CrossValidator: as many run as have slots for their workers, the others wait for their turn.
 */
final class FitSlots implements AutoCloseable {

  private static final int APPLICATIONS = 4;
  private static final BoundedCache<String, Semaphore> FREE = BoundedCache.ofSize(APPLICATIONS);

  private final Semaphore free;
  private final int taken;

  private FitSlots(Semaphore free, int taken) {
    this.free = free;
    this.taken = taken;
  }

  /**
   * Waits until there are slots for as many workers, or until no other fit has any.
   *
   * @param workers at least 1
   */
  static FitSlots take(SparkContext context, int workers) throws InterruptedException {
    int all = Math.max(1, new ClusterPreflight(context).slots());
    String application = context.applicationId() + "-" + context.startTime();
    Semaphore free = FREE.get(application, () -> new Semaphore(all, true));
    int taken = Math.min(workers, all);
    free.acquire(taken);
    return new FitSlots(free, taken);
  }

  @Override
  public void close() {
    free.release(taken);
  }
}
