package org.e2spark.engine;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.e2spark.train.RequirementException;

/** What a cluster must allow before a barrier stage is worth starting. */
public final class ClusterPreflight {

  private static final Pattern LOCAL = Pattern.compile("local(\\[.*])?");
  private static final Pattern LOCAL_CLUSTER = Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,.*");

  private final SparkContext context;

  public ClusterPreflight(SparkContext context) {
    this.context = context;
  }

  boolean isLocal() {
    return LOCAL.matcher(context.master()).matches();
  }

  /** Tasks that can run at once now, by cores and by other resources. */
  public int slots() {
    return context.maxNumConcurrentTasks(context.resourceProfileManager().defaultResourceProfile());
  }

  /** How many workers, when the user has not said: one an executor, and one on a single machine. */
  int defaultWorkers() {
    Matcher cluster = LOCAL_CLUSTER.matcher(context.master());
    if (isLocal()) {
      return 1;
    }
    if (cluster.matches()) {
      return Integer.parseInt(cluster.group(1));
    }
    SparkConf conf = context.conf();
    int executors = conf.getInt("spark.executor.instances", 0);
    return Math.max(1, executors > 0 ? executors : executors());
  }

  private int executors() {
    return context.statusTracker().getExecutorInfos().length - 1;
  }

  /** Threads that one worker should use. */
  public int threads(int workers) {
    int cores = context.conf().getInt("spark.task.cpus", 1);
    if (isLocal()) {
      return Math.max(1, slots() * cores / workers);
    }
    return cores;
  }

  /** Looks again whenever an executor has come, until there are enough slots or time is up. */
  private int awaitSlots(int workers, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    Semaphore arrivals = new Semaphore(0);
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onExecutorAdded(SparkListenerExecutorAdded executor) {
            arrivals.release();
          }
        };
    context.addSparkListener(listener);
    try {
      int slots = slots();
      while (slots < workers
          && arrivals.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        slots = slots();
      }
      return slots;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RequirementException("Stopped while waiting for executors", e);
    } finally {
      context.removeSparkListener(listener);
    }
  }

  /**
   * Waits until that many tasks can run at once.
   *
   * @throws RequirementException when dynamic allocation is on, or they never can
   */
  void require(int workers, Duration patience) {
    SparkConf conf = context.conf();
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new RequirementException(
          "Dynamic allocation is on, and Spark starts no barrier stage under it: add --conf"
              + " spark.dynamicAllocation.enabled=false and ask for the executors you need");
    }
    int slots = slots();
    if (slots < workers && !isLocal()) {
      slots = awaitSlots(workers, patience);
    }
    if (slots < workers) {
      throw new RequirementException(
          workers
              + " workers need as many slots at once, but "
              + context.master()
              + " has "
              + slots
              + " (cores / spark.task.cpus"
              + (isLocal() ? "" : ", after " + patience.toSeconds() + " s")
              + "): lower --workers or add executors");
    }
  }
}
