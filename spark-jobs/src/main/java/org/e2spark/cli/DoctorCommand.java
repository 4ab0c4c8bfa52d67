package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code e2spark doctor}. */
@Command(
    name = "doctor",
    description =
        "Looks at Spark, Java, libtorch, GPUs, threads, memory and storage from here, as the same options "
            + "would start a training, and says what to do. Starts no Spark, so it does not see executors.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--store",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where runs shall go; a small file is written there and deleted.")
  private String store;

  @Override
  public Integer call() {
    Doctor doctor = new Doctor(Session.conf(), System.getenv("OMP_WAIT_POLICY"));
    List<Doctor.Finding> findings = doctor.examine(store);
    PrintWriter console = spec.commandLine().getOut();
    boolean bad = false;
    for (Doctor.Finding finding : findings) {
      console.printf(
          Locale.ROOT, "%-5s %-16s %s%n", finding.grade(), finding.subject(), finding.found());
      if (!finding.remedy().isEmpty()) {
        console.printf(Locale.ROOT, "%-22s %s%n", "", "-> " + finding.remedy());
      }
      bad |= finding.grade() == Doctor.Grade.BAD;
    }
    return bad ? Main.USAGE : 0;
  }
}
