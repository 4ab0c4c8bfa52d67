package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.SparkConf;
import org.e2spark.cli.Doctor.Grade;
import org.e2spark.engine.ChildJvm;
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
        .contains(
            "e2spark",
            "commit",
            "Spark",
            "Java",
            "libtorch",
            "loads",
            "GPU",
            "threads",
            "OMP_WAIT_POLICY")
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
  void libtorchThatDoesNotLoadIsToldWithTheWayOut(@TempDir Path folder) throws Exception {
    Path library =
        Files.createFile(
            Files.createDirectory(folder.resolve("natives"))
                .resolve(System.mapLibraryName("torch")));
    Path errors = folder.resolve("errors.txt");
    List<String> out = new CopyOnWriteArrayList<>();
    try (ChildJvm child =
        ChildJvm.start(
            Main.class,
            Map.of("PYTORCH_LIBRARY_PATH", library.getParent().toString()),
            errors,
            out::add,
            List.of(),
            "doctor",
            "--store",
            folder.toString())) {
      assertThat(child.exit(240)).as(out + Files.readString(errors)).isEqualTo(2);
    }
    assertThat(String.join("\n", out))
        .contains("BAD   libtorch", "does not load", "which cannot be loaded: " + library)
        .contains("Unset PYTORCH_LIBRARY_PATH", "OK    store");
  }

  @Test
  void aSparkThatIsRefusedIsToldBesideItsJava() {
    List<Doctor.Finding> findings = doctor("PASSIVE", MASTER, "yarn").platform("3.5.6", 17);
    assertThat(findings).extracting(Doctor.Finding::grade).containsExactly(Grade.BAD, Grade.OK);
    assertThat(findings.get(0).found()).isEqualTo("3.5.6, master yarn");
    assertThat(findings.get(0).remedy())
        .contains("Spark 3.5.6 is not supported", "4.0 to 4.3", "unset SPARK_HOME");
  }

  @Test
  void aJavaOnWhichThisSparkDoesNotStartIsTold() {
    Doctor doctor = doctor("PASSIVE", MASTER, "yarn");
    List<Doctor.Finding> findings = doctor.platform("4.0.1", 25);
    assertThat(findings).extracting(Doctor.Finding::grade).containsExactly(Grade.OK, Grade.BAD);
    assertThat(findings.get(1).remedy()).contains("take Java 17 or 21, or Spark 4.2 or newer");
    assertThat(doctor.platform("4.2.0", 25))
        .extracting(Doctor.Finding::grade)
        .containsOnly(Grade.OK);
  }

  @Test
  void aStoreIsNoFaultOfItsOwnWhereTheJavaIsWrong(@TempDir Path folder) {
    List<Doctor.Finding> findings =
        doctor("PASSIVE", MASTER, "local[2]").examine("4.0.0", 25, folder.toString());
    assertThat(findings)
        .filteredOn(finding -> finding.grade() == Grade.BAD)
        .extracting(Doctor.Finding::subject)
        .containsExactly("Java");
    assertLook(findings.get(findings.size() - 1), "mend what is above first");
  }

  @Test
  void aMasterThatIsMissingIsTold() {
    Doctor.Finding spark = doctor("PASSIVE").platform("4.0.1", 17).get(0);
    assertLook(spark, "add --master");
    assertThat(spark.found()).isEqualTo("4.0.1, master not set");
  }

  @Test
  void aStoreThatOtherMachinesMayNotSeeIsTold(@TempDir Path folder) {
    assertLook(doctor("PASSIVE", MASTER, "yarn").store(folder.toString()), "--store DIR");
    assertThat(doctor("PASSIVE", MASTER, "local-cluster[2,1,1024]").store(folder.toString()))
        .extracting(Doctor.Finding::grade)
        .isEqualTo(Grade.OK);
  }

  @Test
  void whatSlowsOrEndangersATrainingIsToldWithItsRemedy() {
    assertLook(doctor("ACTIVE").openMpPolicy(), "export OMP_WAIT_POLICY=PASSIVE");
    assertLook(doctor("PASSIVE", MASTER, "yarn").openMpPolicy(), "spark.executorEnv");
    assertLook(doctor("PASSIVE", MASTER, "yarn").memory(), "spark.executor.memoryOverhead=2g");
    assertLook(
        doctor("PASSIVE", MASTER, "yarn", "spark.executor.cores", "4").threads(),
        "spark.task.cpus=4");
    assertLook(
        doctor("PASSIVE", MASTER, "spark://host:7077").threads(), "--conf spark.executor.cores=N");
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
