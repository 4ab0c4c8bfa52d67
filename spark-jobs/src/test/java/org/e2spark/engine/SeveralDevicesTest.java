package org.e2spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.sql.SparkSession;
import org.e2spark.data.source.SparkExtension;
import org.e2spark.events.TrainListener;
import org.e2spark.nn.convolution.Evaluation;
import org.e2spark.sync.SyncTimeouts;
import org.e2spark.train.RequirementException;
import org.e2spark.train.TestDigits;
import org.e2spark.train.TestNetworks;
import org.e2spark.train.TrainOptions;
import org.e2spark.train.TrainingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four workers on two executors of three cores that Spark takes to have two GPUs each; they compute
 * on the CPU.
 */
@ExtendWith(SparkExtension.class)
class SeveralDevicesTest {

  private static final String TWO = "{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}";

  /** Trains on a cluster with such executors. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) {
      SparkSession spark =
          SparkSession.builder()
              .config(
                  StandaloneCluster.application("local-cluster[2,3,1024]", 6)
                      .set("spark.executor.cores", "3")
                      .set("spark.worker.resource.gpu.amount", "2")
                      .set("spark.worker.resource.gpu.discoveryScript", arguments[0])
                      .set("spark.executor.resource.gpu.amount", "2")
                      .set("spark.executor.resource.gpu.discoveryScript", arguments[0]))
              .getOrCreate();
      RunOptions run =
          RunOptions.in(arguments[2])
              .withMaxRestarts(0)
              .withTimeouts(new SyncTimeouts(Duration.ofSeconds(20), Duration.ofSeconds(20)));
      TrainOptions options = TestDigits.options(arguments[1], "normalised", 2, 24);
      refused(spark, options, run);
      TrainOptions measuring = options.toBuilder().evaluation(Evaluation.AUTO).build();
      refused(spark, measuring, run.withOutput(arguments[2] + "-measured"));
      Devices.allowCpu(spark.sparkContext());
      refused(spark, options, run.withWorkers(5).withPatience(Duration.ofSeconds(1)));
      train(spark, options, run);
      spark.stop();
    }

    private static void refused(SparkSession spark, TrainOptions options, RunOptions run) {
      try {
        train(spark, options, run);
      } catch (RequirementException | TrainingException e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }

    private static void train(SparkSession spark, TrainOptions options, RunOptions run) {
      TrainJob.run(spark, options, TestNetworks::normalized, run, TrainListener.NONE);
    }
  }

  @Test
  void theCpuIsTakenOnlyIfAllowedAndAnExecutorsDevicesAreSummedFirst(
      SparkSession spark, @TempDir Path folder) throws Exception {
    String shards = TestDigits.prepare(spark, folder, 240, 60);
    Path script = Files.writeString(folder.resolve("gpus.sh"), "#!/bin/sh\necho '" + TWO + "'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path home = Files.createDirectories(folder.resolve("home/jars")).getParent();
    Path out = folder.resolve("run");
    List<String> said = new CopyOnWriteArrayList<>();
    Path log = folder.resolve("driver.log");
    try (ChildJvm driver =
        ChildJvm.start(
            Program.class,
            Map.of(
                "SPARK_HOME",
                home.toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_LOCAL_IP",
                "127.0.0.1"),
            log,
            said::add,
            List.of(),
            script.toString(),
            shards,
            out.toUri().toString())) {
      assertThat(driver.exit(150)).as(Files.readString(log)).isZero();
    }
    assertThat(String.join("\n", said))
        .containsPattern(
            "RequirementException: Task \\d on .* failed: .*gpu [01], but libtorch sees no GPU")
        .containsPattern("RequirementException: Spark.*gpu [01], but libtorch sees no GPU")
        .containsPattern(
            "RequirementException: 5 workers need as many slots at once, but .* has 4 \\(GPUs");
    assertThat(Files.readString(out.resolve("model/model.json")))
        .contains("\"workers\":\"4\"", "\"sums\":\"of 2 workers first, then of all 4\"");
  }
}
