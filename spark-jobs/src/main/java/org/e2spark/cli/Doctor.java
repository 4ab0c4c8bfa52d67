package org.e2spark.cli;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.e2spark.data.task.UserPath;
import org.e2spark.torch.EngineStart;
import org.e2spark.torch.NativesException;

/**
 * Looks at what a training needs, in this JVM and in Spark's configuration, without a cluster.
 *
 * @param conf as Spark would start with
 * @param openMp the policy in this JVM's environment; null for none
 */
record Doctor(SparkConf conf, String openMp) {

  private static final String PASSIVE = "PASSIVE";
  private static final String EXECUTOR_POLICY = "spark.executorEnv.OMP_WAIT_POLICY";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String GPUS = "spark.executor.resource.gpu.amount";

  /** How bad it is. */
  enum Grade {
    /** As it should be. */
    OK,
    /** It runs, but slower or less safely than it could. */
    LOOK,
    /** It will not run. */
    BAD
  }

  /**
   * One thing that was looked at.
   *
   * @param subject what
   * @param grade how it is
   * @param found what there is
   * @param remedy what to do; empty if nothing
   */
  record Finding(String subject, Grade grade, String found, String remedy) {}

  /**
   * Looks at everything.
   *
   * @param store a directory that must be writable, made if need be
   */
  List<Finding> examine(String store, Configuration configuration) {
    List<Finding> findings = new ArrayList<>(List.of(spark(), java()));
    findings.addAll(libtorch());
    findings.addAll(List.of(threads(), openMpPolicy(), memory(), store(store, configuration)));
    return findings;
  }

  private Finding spark() {
    String version = org.apache.spark.package$.MODULE$.SPARK_VERSION();
    String found = version + ", master " + conf.get("spark.master", "not set");
    try {
      SparkVersion.of(version);
    } catch (UsageException e) {
      return new Finding("Spark", Grade.BAD, found, e.getMessage());
    }
    return conf.contains("spark.master")
        ? good("Spark", found)
        : new Finding("Spark", Grade.LOOK, found, "add --master, or run through bin/e2spark");
  }

  private static Finding java() {
    String found =
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")";
    try {
      SparkVersion.running().checkJava(Runtime.version().feature());
      return good("Java", found);
    } catch (UsageException e) {
      return new Finding("Java", Grade.BAD, found, e.getMessage());
    }
  }

  private List<Finding> libtorch() {
    try {
      Engine engine = EngineStart.ensure();
      String built = EngineStart.isBuiltForCuda() ? " for CUDA" : " for the CPU";
      return List.of(
          good("libtorch", engine.getVersion() + built + " loads"), gpu(engine.getGpuCount()));
    } catch (NativesException e) {
      return List.of(new Finding("libtorch", Grade.BAD, "does not load", e.getMessage()));
    }
  }

  Finding gpu(int seen) {
    boolean asked = !conf.get(GPUS, "0").equals("0");
    if (seen > 0) {
      return asked || isLocal()
          ? good("GPU", seen + " seen")
          : new Finding(
              "GPU",
              Grade.LOOK,
              seen + " seen, none asked for",
              "--conf " + GPUS + "=1 --conf spark.task.resource.gpu.amount=1");
    }
    return asked
        ? new Finding(
            "GPU",
            Grade.LOOK,
            "asked for by " + GPUS + ", none seen in this JVM",
            "if executors have none either: a CUDA build of libtorch and a driver are needed"
                + " (cluster-configs/gpu.md)")
        : good("GPU", "none seen, none asked for: workers compute on the CPU");
  }

  Finding threads() {
    int cores = Runtime.getRuntime().availableProcessors();
    int task = conf.getInt("spark.task.cpus", 1);
    int executor = conf.getInt("spark.executor.cores", task);
    String found = task + " a worker (spark.task.cpus), " + cores + " cores here";
    return !isLocal() && executor > task
        ? new Finding(
            "threads",
            Grade.LOOK,
            found + ", " + executor + " cores an executor",
            "--conf spark.task.cpus=" + executor + " makes one worker of each executor")
        : good("threads", found);
  }

  Finding openMpPolicy() {
    String executors = isLocal() ? openMp : conf.get(EXECUTOR_POLICY, null);
    String found = "here " + openMp + (isLocal() ? "" : ", in executors " + executors);
    return PASSIVE.equalsIgnoreCase(openMp) && PASSIVE.equalsIgnoreCase(executors)
        ? good("OMP_WAIT_POLICY", found)
        : new Finding(
            "OMP_WAIT_POLICY",
            Grade.LOOK,
            found,
            "threads that spin slow each other down: export OMP_WAIT_POLICY=PASSIVE and --conf "
                + EXECUTOR_POLICY
                + "=PASSIVE");
  }

  Finding memory() {
    String asked = conf.get(OVERHEAD, null);
    String master = conf.get("spark.master", "");
    boolean counted = master.startsWith("yarn") || master.startsWith("k8s");
    if (asked == null && !conf.contains(OVERHEAD + "Factor") && counted) {
      return new Finding(
          "memory overhead",
          Grade.LOOK,
          OVERHEAD + " not set: a tenth of the heap",
          "tensors live outside the heap: --conf " + OVERHEAD + "=2g or more");
    }
    String found = asked == null ? "not limited by " + (isLocal() ? "one JVM" : "Spark") : asked;
    return good("memory overhead", found);
  }

  static Finding store(String directory, Configuration configuration) {
    String subject = "store";
    try {
      Path path = UserPath.qualify(directory, configuration);
      FileSystem system = path.getFileSystem(configuration);
      Path probe = new Path(path, ".e2spark-doctor-" + UUID.randomUUID());
      byte[] content = "e2spark".getBytes(StandardCharsets.UTF_8);
      try (OutputStream out = system.create(probe, false)) {
        out.write(content);
      }
      try (InputStream in = system.open(probe)) {
        if (!java.util.Arrays.equals(in.readAllBytes(), content)) {
          throw new IOException("what was written is not what is read");
        }
      } finally {
        system.delete(probe, false);
      }
      return good(subject, path + " can be written, read and deleted in from here");
    } catch (IOException | RuntimeException e) {
      return new Finding(
          subject,
          Grade.BAD,
          directory + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "--store DIR names one that the driver and all executors may write, such as that of --out");
    }
  }

  private boolean isLocal() {
    return conf.get("spark.master", "local").matches("local(\\[.*])?");
  }

  private static Finding good(String subject, String found) {
    return new Finding(subject, Grade.OK, found, "");
  }
}
