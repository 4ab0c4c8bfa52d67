package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.e2spark.cli.Doctor.Grade;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {

  private static final String MASTER = "spark.master";

  private static Doctor doctor(String openMp, String... settings) {
    SparkConf conf = new SparkConf(false);
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return new Doctor(conf, openMp);
  }

  private static void assertLook(Doctor.Finding finding, String remedy) {
    assertThat(finding.grade()).isEqualTo(Grade.LOOK);
    assertThat(finding.remedy()).contains(remedy);
  }

  @Test
  void everythingIsLookedAtAndNothingIsLeftBehind(@TempDir Path folder) throws IOException {
    CommandRun run = CommandRun.of("doctor", "--store", folder.toString());
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.out())
        .contains("Spark", "Java", "libtorch", "loads", "GPU", "threads", "OMP_WAIT_POLICY")
        .contains("memory overhead", "store", folder.getFileName().toString());
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aStoreThatCannotBeWrittenIsTold(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    CommandRun run = CommandRun.of("doctor", "--store", file.toString());
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).contains("BAD   store").contains("-> --store DIR");
  }

  @Test
  void whatSlowsOrEndangersATrainingIsToldWithItsRemedy() {
    assertLook(doctor("ACTIVE").openMpPolicy(), "export OMP_WAIT_POLICY=PASSIVE");
    assertLook(doctor("PASSIVE", MASTER, "yarn").openMpPolicy(), "spark.executorEnv");
    assertLook(doctor("PASSIVE", MASTER, "yarn").memory(), "spark.executor.memoryOverhead=2g");
    assertLook(
        doctor("PASSIVE", MASTER, "yarn", "spark.executor.cores", "4").threads(),
        "spark.task.cpus=4");
    assertLook(doctor("PASSIVE", "spark.executor.resource.gpu.amount", "1").gpu(0), "CUDA build");
    assertLook(doctor("PASSIVE", MASTER, "yarn").gpu(1), "spark.task.resource.gpu.amount=1");
  }

  @Test
  void whatIsAsItShouldBeNeedsNoRemedy() {
    Doctor cluster =
        doctor(
            "PASSIVE",
            MASTER,
            "yarn",
            "spark.executorEnv.OMP_WAIT_POLICY",
            "PASSIVE",
            "spark.executor.memoryOverhead",
            "2g",
            "spark.executor.cores",
            "4",
            "spark.task.cpus",
            "4");
    for (Doctor.Finding finding :
        new Doctor.Finding[] {
          cluster.openMpPolicy(), cluster.memory(), cluster.threads(), cluster.gpu(0)
        }) {
      assertThat(finding.grade()).as(finding.toString()).isEqualTo(Grade.OK);
      assertThat(finding.remedy()).isEmpty();
    }
  }

  @Test
  void theVersionIsWhatAReportNeeds() {
    CommandRun run = CommandRun.of("--version");
    assertThat(run.code()).isZero();
    assertThat(run.out().lines()).hasSize(4);
    assertThat(run.out())
        .contains("e2spark ", "commit ", "libtorch ", "Scala 2.13.")
        .contains("Spark " + org.apache.spark.package$.MODULE$.SPARK_VERSION())
        .contains("Java " + System.getProperty("java.version"));
  }
}
