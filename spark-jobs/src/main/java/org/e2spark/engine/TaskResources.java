package org.e2spark.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.ResourceProfileManager;
import org.apache.spark.resource.TaskResourceRequests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Spark gives each task of a stage.
 *
 * @param profile of the stage; Spark's own default where nothing differs
 * @param cpus cores of a task
 * @param perExecutor tasks for which an executor has GPUs; 1 where it has none
 * @param description for people
 */
record TaskResources(ResourceProfile profile, int cpus, int perExecutor, String description) {

  private static final Logger log = LoggerFactory.getLogger(TaskResources.class);

  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[[^,]*,\\s*(\\d+).*");
  private static final String GPU = "gpu";
  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";
  private static final String TASK_CPUS = "spark.task.cpus";

  /** What the tasks of all stages get that ask for nothing else. */
  static TaskResources common(SparkContext context) {
    return common(context, "as all stages");
  }

  private static TaskResources common(SparkContext context, String description) {
    return new TaskResources(
        context.resourceProfileManager().defaultResourceProfile(),
        context.conf().getInt(TASK_CPUS, 1),
        1,
        description);
  }

  /**
   * What workers of a training get: where executors have GPUs, a whole one and its share of the
   * executor's cores, whatever parts of them tasks of other stages take. Where the cluster gives no
   * stage resources of its own they get what all tasks do, which the log says.
   */
  static TaskResources ofTraining(SparkContext context) {
    SparkConf conf = context.conf();
    int gpus = conf.getInt(EXECUTOR_GPUS, 0);
    if (gpus < 1) {
      return common(context);
    }
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      return fallback(context, "dynamic allocation would start executors of their own for it");
    }
    int cpus = cpus(context.master(), conf, gpus);
    ResourceProfile wanted =
        new ResourceProfileBuilder()
            .require(new TaskResourceRequests().cpus(cpus).resource(GPU, 1))
            .build();
    ResourceProfileManager manager = context.resourceProfileManager();
    try {
      if (manager.getEquivalentProfile(wanted).isEmpty()) {
        manager.addResourceProfile(wanted);
      }
    } catch (Exception e) { // Spark declares nothing, and throws its own checked one
      return fallback(context, e.getMessage());
    }
    return new TaskResources(
        manager.getEquivalentProfile(wanted).get(), cpus, gpus, "1 gpu, cores: " + cpus);
  }

  private static TaskResources fallback(SparkContext context, String reason) {
    log.warn(
        "A worker gets {} GPUs, as tasks of all stages do, and not one of its own ({}): set {}=1",
        context.conf().get(TASK_GPUS, "0"),
        reason,
        TASK_GPUS);
    return common(context, "as all stages: " + reason);
  }

  /** The cores that belong to each of an executor's GPUs. */
  static int cpus(String master, SparkConf conf, int gpus) {
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    int standard = cluster.matches() ? Integer.parseInt(cluster.group(1)) : 0;
    int cores = conf.getInt("spark.executor.cores", standard);
    return cores > 0 ? Math.max(1, cores / gpus) : conf.getInt(TASK_CPUS, 1);
  }

  /** Whether a stage must ask for them. */
  boolean isOwn() {
    return profile.id() != ResourceProfile.DEFAULT_RESOURCE_PROFILE_ID();
  }

  /** Lets the stage that computes this have them. */
  <T> JavaRDD<T> forStageOf(JavaRDD<T> stage) {
    return isOwn() ? stage.withResources(profile) : stage;
  }
}
