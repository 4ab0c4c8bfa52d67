package org.e2spark.cli;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.e2spark.data.task.UserPath;
import org.e2spark.text.Text;
import org.e2spark.torch.EngineStart;
import org.e2spark.torch.NativesException;

/**
 * Looks at what a training needs, in this JVM and in Spark's configuration, without a cluster.
 *
 * @param conf as Spark would start with
 * @param openMp the policy in this JVM's environment; null for none
 */
record Doctor(SparkConf conf, String openMp) {

  private static final String MASTER = "spark.master";
  private static final String PASSIVE = "PASSIVE";
  private static final String EXECUTOR_POLICY = "spark.executorEnv.OMP_WAIT_POLICY";
  private static final String EXECUTOR_CORES = "spark.executor.cores";
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
  List<Finding> examine(String store) {
    return examine(
        org.apache.spark.package$.MODULE$.SPARK_VERSION(), Runtime.version().feature(), store);
  }

  /** Looks at everything as on a Spark of that version and a Java of that number. */
  List<Finding> examine(String spark, int java, String store) {
    JarFacts jar = JarFacts.read();
    List<Finding> platform = platform(spark, java);
    List<Finding> findings = new ArrayList<>();
    findings.add(good("e2spark", jar.version() + ", commit " + jar.commit()));
    findings.addAll(platform);
    findings.addAll(libtorch());
    findings.addAll(List.of(threads(), openMpPolicy(), memory()));
    // Where Spark or the Java does not fit, file systems may fail for that, whatever the store is.
    findings.add(
        platform.stream().anyMatch(finding -> finding.grade() == Grade.BAD)
            ? new Finding("store", Grade.LOOK, "not tried", "mend what is above first")
            : store(store));
    return findings;
  }

  /**
   * Whether e2spark runs on a Spark, and that on a Java.
   *
   * @param spark its version
   * @param java 17, 21, 25, ...
   */
  List<Finding> platform(String spark, int java) {
    String sparkFound = spark + ", master " + conf.get(MASTER, "not set");
    Finding javaFound =
        good(
            "Java",
            Text.format(
                "%s (%s), %s %s, heap of %d MB",
                System.getProperty("java.version"),
                System.getProperty("java.vendor"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().maxMemory() >> 20));
    SparkVersion version;
    try {
      version = SparkVersion.of(spark);
    } catch (UsageException e) {
      return List.of(new Finding("Spark", Grade.BAD, sparkFound, e.getMessage()), javaFound);
    }
    try {
      version.checkJava(java);
    } catch (UsageException e) {
      javaFound = new Finding("Java", Grade.BAD, javaFound.found(), e.getMessage());
    }
    return List.of(
        conf.contains(MASTER)
            ? good("Spark", sparkFound)
            : new Finding(
                "Spark", Grade.LOOK, sparkFound, "add --master, or run through bin/e2spark"),
        javaFound);
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
              "--conf "
                  + GPUS
                  + "=1 --conf spark.task.resource.gpu.amount=1 (cluster-configs/gpu.md)");
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
    String found = task + " a worker (spark.task.cpus), " + cores + " cores here";
    if (conf.get(MASTER, "").startsWith("spark://") && !conf.contains(EXECUTOR_CORES)) {
      return new Finding(
          "threads",
          Grade.LOOK,
          found + ", all of a machine an executor",
          "--conf "
              + EXECUTOR_CORES
              + "=N --conf spark.task.cpus=N, for machines of N cores, makes"
              + " one worker of each");
    }
    int executor = conf.getInt(EXECUTOR_CORES, task);
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
    String found = "here " + orNotSet(openMp);
    if (!isLocal()) {
      found += ", in executors " + orNotSet(executors);
    }
    List<String> remedies = new ArrayList<>();
    if (!PASSIVE.equalsIgnoreCase(openMp)) {
      remedies.add("export OMP_WAIT_POLICY=" + PASSIVE);
    }
    if (!isLocal() && !PASSIVE.equalsIgnoreCase(executors)) {
      remedies.add("--conf " + EXECUTOR_POLICY + "=" + PASSIVE);
    }
    return remedies.isEmpty()
        ? good("OMP_WAIT_POLICY", found)
        : new Finding(
            "OMP_WAIT_POLICY",
            Grade.LOOK,
            found,
            "threads that spin slow each other down: " + String.join(" and ", remedies));
  }

  private static String orNotSet(String value) {
    return Objects.requireNonNullElse(value, "not set");
  }

  Finding memory() {
    String asked = conf.get(OVERHEAD, null);
    String master = conf.get(MASTER, "");
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

  Finding store(String directory) {
    String subject = "store";
    try {
      Configuration configuration = Preflight.configuration();
      Path path = UserPath.qualify(directory, configuration);
      FileSystem system = path.getFileSystem(configuration);
      Path probe = new Path(path, ".e2spark-doctor-" + UUID.randomUUID());
      byte[] content = "e2spark".getBytes(StandardCharsets.UTF_8);
      try (OutputStream out = system.create(probe, false)) {
        out.write(content);
      }
      try (InputStream in = system.open(probe)) {
        if (!Arrays.equals(in.readAllBytes(), content)) {
          throw new IOException("what was written is not what is read");
        }
      } finally {
        system.delete(probe, false);
      }
      String found = path + " can be written, read and deleted in from here";
      return system instanceof LocalFileSystem && !isOneMachine()
          ? new Finding(
              subject,
              Grade.LOOK,
              found,
              "executors must see it, too: mount it on their machines, or --store DIR in HDFS or an"
                  + " object store")
          : good(subject, found);
    } catch (IOException | RuntimeException e) {
      return new Finding(
          subject,
          Grade.BAD,
          directory + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "--store DIR names one that the driver and all executors may write, such as that of --out");
    }
  }

  /** Whether executors, if there are any, are processes beside this one. */
  private boolean isOneMachine() {
    return conf.get(MASTER, "local").startsWith("local");
  }

  /** Whether workers are threads of this JVM. */
  private boolean isLocal() {
    return conf.get(MASTER, "local").matches("local(\\[.*])?");
  }

  private static Finding good(String subject, String found) {
    return new Finding(subject, Grade.OK, found, "");
  }
}
