package org.e2spark.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;

/** A Spark standalone cluster on this machine: a master and workers, each a JVM of its own. */
final class StandaloneCluster implements AutoCloseable {

  private static final String HOST = "127.0.0.1";

  /** A name for each worker: Spark copies no slow task to the host where it runs already. */
  private static final List<String> WORKER_HOSTS = List.of(HOST, "localhost", "LocalHost");

  private final String master;
  private final ChildJvm masterJvm;
  private final List<ChildJvm> workers = new ArrayList<>();

  /**
   * @param folder for logs and what executors need
   * @param workerCount at most 3
   * @param settings of Spark, as {@code -D} options give them to its processes
   */
  StandaloneCluster(Path folder, int workerCount, String... settings) throws Exception {
    // Spark starts no executor without a folder of jars, though all come from the class path.
    Path home = folder.resolve("spark-home");
    Files.createDirectories(home.resolve("jars"));
    Map<String, String> environment =
        Map.of(
            "SPARK_HOME",
            home.toString(),
            "SPARK_SCALA_VERSION",
            "2.13",
            "SPARK_LOCAL_IP",
            HOST,
            "JDK_JAVA_OPTIONS",
            String.join(" ", settings));
    CompletableFuture<String> url = new CompletableFuture<>();
    masterJvm =
        ChildJvm.start(
            MasterProgram.class,
            environment,
            folder.resolve("master.log"),
            url::complete,
            List.of());
    master = url.get(60, TimeUnit.SECONDS);
    for (int i = 0; i < workerCount; i++) {
      workers.add(
          ChildJvm.start(
              Worker.class,
              environment,
              folder.resolve("worker-" + i + ".log"),
              line -> {},
              List.of(),
              "--host",
              WORKER_HOSTS.get(i),
              "--webui-port",
              "0",
              "--cores",
              "1",
              "--memory",
              "1g",
              "--work-dir",
              folder.resolve("work-" + i).toString(),
              master));
    }
  }

  String master() {
    return master;
  }

  /** Whether its JVMs share classes, seen at the one that has spoken. */
  boolean startedSooner() {
    return masterJvm.startedSooner();
  }

  List<ChildJvm> workers() {
    return workers;
  }

  /** The executors that run now. */
  List<ProcessHandle> executors() {
    return workers.stream().flatMap(worker -> worker.children().stream()).toList();
  }

  /** What an application must say to run on it. */
  static SparkConf application(String master, int executors) {
    return new SparkConf(false)
        .setMaster(master)
        .setAppName("e2spark tests")
        .set("spark.driver.host", HOST)
        .set("spark.ui.enabled", "false")
        .set("spark.executor.cores", "1")
        .set("spark.cores.max", Integer.toString(executors))
        .set("spark.executor.memory", "512m")
        .set("spark.executor.extraClassPath", ChildJvm.classPath())
        .set("spark.executor.extraJavaOptions", String.join(" ", ChildJvm.inheritedOptions()))
        .set("spark.decommission.enabled", "true")
        .set("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s")
        .set("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .set("spark.kryo.registrationRequired", "true");
  }

  @Override
  public void close() throws IOException {
    workers.forEach(ChildJvm::close);
    masterJvm.close();
  }

  /** Spark's own master on any port, which it prints. */
  static final class MasterProgram {
    private MasterProgram() {}

    public static void main(String[] arguments) {
      var started = Master.startRpcEnvAndEndpoint(HOST, 0, 0, new SparkConf());
      System.out.println(started._1().address().toSparkURL());
      started._1().awaitTermination();
    }
  }
}
