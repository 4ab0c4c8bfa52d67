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
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TrainingException;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;

/** What a cluster must allow before a barrier stage is worth starting. */
public final class ClusterPreflight {

  private static final Pattern LOCAL = Pattern.compile("local(\\[.*])?");
  private static final Pattern LOCAL_CLUSTER = Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,.*");

  private static final String INSTANCES = "spark.executor.instances";
  private static final String ALL_CORES = "spark.cores.max";
  private static final String EXECUTOR_CORES = "spark.executor.cores";

  /** What YARN and Kubernetes give whoever has not asked for a number. */
  private static final int STANDARD_INSTANCES = 2;

  private static final long LOOK_NANOS = 500_000_000;

  private final SparkContext context;
  private final TaskResources resources;

  /** For stages whose tasks get what all tasks do. */
  public ClusterPreflight(SparkContext context) {
    this(context, TaskResources.common(context));
  }

  private ClusterPreflight(SparkContext context, TaskResources resources) {
    this.context = context;
    this.resources = resources;
  }

  /** For the stages of a training. */
  static ClusterPreflight ofTraining(SparkContext context) {
    return new ClusterPreflight(context, TaskResources.ofTraining(context));
  }

  /** Workers of an executor that have a device each; 1 where they share its processors. */
  int devices() {
    return resources.perExecutor();
  }

  /** What a task gets. */
  TaskResources resources() {
    return resources;
  }

  boolean isLocal() {
    return LOCAL.matcher(context.master()).matches();
  }

  /** Tasks that can run at once now, by cores and by other resources. */
  public int slots() {
    return context.maxNumConcurrentTasks(resources.profile());
  }

  /**
   * How many workers, when the user has not said: one on a single machine, else one for each
   * executor that the configuration asks for, or each of its GPUs, whether it has come or not.
   *
   * @throws RequirementException when the configuration does not tell
   */
  public int defaultWorkers() {
    return defaultWorkers(context.master(), context.conf()) * resources.perExecutor();
  }

  static int defaultWorkers(String master, SparkConf conf) {
    if (LOCAL.matcher(master).matches()) {
      return 1;
    }
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    if (cluster.matches()) {
      return Integer.parseInt(cluster.group(1));
    }
    boolean standard = master.startsWith("yarn") || master.startsWith("k8s");
    int executors = conf.getInt(INSTANCES, standard ? STANDARD_INSTANCES : 0);
    if (executors > 0) {
      return executors;
    }
    int cores = conf.getInt(ALL_CORES, 0);
    int each = conf.getInt(EXECUTOR_CORES, 0);
    if (cores > 0 && each > 0) {
      return Math.max(1, cores / each);
    }
    throw new RequirementException(
        "How many executors "
            + master
            + " has is not known before all have come: say --workers, or set "
            + INSTANCES
            + ", or "
            + ALL_CORES
            + " and "
            + EXECUTOR_CORES);
  }

  /** Whether executors come and go with the tasks that wait. */
  boolean isDynamic() {
    return context.conf().getBoolean("spark.dynamicAllocation.enabled", false);
  }

  /** Threads that one worker should use. */
  public int threads(int workers) {
    return isLocal() ? Math.max(1, slots() * resources.cpus() / workers) : resources.cpus();
  }

  private static int runningTasks(TaskSchedulerImpl scheduler) {
    return CollectionConverters.asJava(scheduler.runningTasksByExecutors()).values().stream()
        .mapToInt(running -> (Integer) running)
        .sum();
  }

  /** Slots that no task of anybody's has now. */
  int freeSlots() {
    // The public tracker hears of a task only when it or another ends.
    return context.taskScheduler() instanceof TaskSchedulerImpl scheduler
        ? Math.max(0, slots() - runningTasks(scheduler))
        : slots();
  }

  /**
   * Looks again whenever an executor has come or a task has ended, until it is enough or time is
   * up.
   */
  int awaitSlots(int workers, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    Semaphore changes = new Semaphore(0);
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onExecutorAdded(SparkListenerExecutorAdded executor) {
            changes.release();
          }

          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            changes.release();
          }
        };
    context.addSparkListener(listener);
    try {
      int free = freeSlots();
      if (free < workers) {
        remindMaster();
      }
      long left = deadline - System.nanoTime();
      while (free < workers && left > 0) {
        // Slots are given back a little after a listener hears of a task's end, so look again
        // unasked.
        boolean ignored = changes.tryAcquire(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
        free = freeSlots();
        left = deadline - System.nanoTime();
      }
      return free;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TrainingException("Stopped while waiting for executors", e);
    } finally {
      context.removeSparkListener(listener);
    }
  }

  /**
   * Spark's own master replaces no executor that left as announced ({@code
   * Master.decommissionWorker}, 4.0 to 4.2) before something else makes it look at what it has to
   * give; any request does. This one asks for what applications have anyway: as many executors as
   * there can be.
   */
  private void remindMaster() {
    if (context.master().startsWith("spark://") && !isDynamic()) {
      boolean ignored = context.requestTotalExecutors(Integer.MAX_VALUE, 0, Map$.MODULE$.empty());
    }
  }

  /**
   * Waits until enough tasks can run at once.
   *
   * @param least workers that are enough after all patience
   * @param most workers that are enough at once
   * @return how many can run, from {@code least} to {@code most}
   * @throws RequirementException when dynamic allocation is on, or there never are enough
   */
  int require(int least, int most, Duration patience) {
    if (isDynamic()) {
      throw new RequirementException(
          "Dynamic allocation is on, and Spark starts no barrier stage under it: add --conf"
              + " spark.dynamicAllocation.enabled=false and ask for the executors you need, or take"
              + " --mode averaging");
    }
    boolean never = isLocal() && slots() < least;
    int free = never ? slots() : freeSlots();
    if (free < most && !never) {
      free = awaitSlots(most, patience);
    }
    if (free < least) {
      throw new RequirementException(
          least
              + " workers need as many slots at once, but "
              + context.master()
              + " has "
              + slots()
              + (slots() > free ? ", of which others' tasks have " + (slots() - free) : "")
              + (resources.isOwn() ? " (GPUs" : " (cores / spark.task.cpus")
              + (never ? "" : ", after " + patience.toSeconds() + " s")
              + "): lower --workers or --min-workers, or add executors");
    }
    return Math.min(free, most);
  }
}
