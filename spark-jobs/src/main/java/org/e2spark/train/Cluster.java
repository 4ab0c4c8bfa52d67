package org.e2spark.train;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** What a cluster must allow before a barrier stage is worth starting. */
final class Cluster {

  private static final Pattern LOCAL = Pattern.compile("local(\\[.*])?");
  private static final Pattern LOCAL_CLUSTER = Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,.*");
  private static final long POLL_MILLIS = 100;

  private final SparkContext context;

  Cluster(SparkContext context) {
    this.context = context;
  }

  boolean isLocal() {
    return LOCAL.matcher(context.master()).matches();
  }

  /** Tasks that can run at once now, by cores and by other resources. */
  int slots() {
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
  int threads(int workers) {
    int cores = context.conf().getInt("spark.task.cpus", 1);
    if (isLocal()) {
      return Math.max(1, slots() * cores / workers);
    }
    return cores;
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
    long deadline = System.nanoTime() + patience.toNanos();
    int slots = slots();
    while (slots < workers && !isLocal() && System.nanoTime() < deadline) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RequirementException("Stopped while waiting for executors", e);
      }
      slots = slots();
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
