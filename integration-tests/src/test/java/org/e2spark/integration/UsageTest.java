package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the user can mend: exit code 2, one line on the error stream, nothing written. */
class UsageTest {
  @TempDir Path directory;

  @Test
  void helpNamesTheCommandsAndStartsNoSpark() {
    Tool.Run run = Tool.run("--help");
    assertThat(run.exit()).isZero();
    assertThat(String.join("\n", run.out()))
        .contains(
            "fetch",
            "prepare",
            "inspect",
            "presets",
            "train",
            "evaluate",
            "quickstart",
            "--master");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void aNetworkThatCannotBeIsRefusedWithItsPath() throws IOException {
    Path file = directory.resolve("mine.json");
    Files.write(file, Tool.run("presets", "--show", "quickstart/c8").out());
    Files.writeString(file, Files.readString(file).replaceFirst("ELU", "ELUU"));
    refuses(
        "layers[2].kind: no kind of layer here is named 'ELUU'",
        "train",
        "--model",
        file.toString(),
        "--data",
        missing(),
        "--out",
        out().toString());
  }

  @Test
  void theDoctorLooksAtEverythingThroughTheLauncher() {
    Tool.Run run = Tool.run("doctor", "--store", out().toString());
    assertThat(run.exit()).as(run.all()).isZero();
    assertThat(String.join("\n", run.out()))
        .contains("master local[*]", "libtorch", "loads", "OMP_WAIT_POLICY", "store")
        .doesNotContain("LOOK", "BAD");
    assertThat(Tool.run("--version").out().get(0)).matches("e2spark \\S+, commit \\w{7,}");
  }

  @Test
  void presetsAreListed() {
    Tool.Run run = Tool.run("presets", "mnist-final");
    assertThat(run.exit()).isZero();
    assertThat(run.out()).hasSize(4);
    assertThat(run.err()).isEmpty();
    Tool.Run shown = Tool.run("presets", "--show", "quickstart/c8");
    assertThat(shown.exit()).isZero();
    assertThat(shown.out()).contains("    \"group\": \"C8\"");
  }

  @Test
  void recipesAreListed() {
    Tool.Run run = Tool.run("recipes", "table7");
    assertThat(run.exit()).isZero();
    assertThat(run.out()).hasSize(7);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void anUnknownOptionIsNamed() {
    refuses("--epohcs", train("--data", missing(), "--epohcs", "3"));
  }

  @Test
  void anUnknownCommandIsNamed() {
    refuses("trian", "trian");
  }

  @Test
  void missingDataIsNamed() {
    refuses(missing(), train("--data", missing()));
  }

  @Test
  void anUnknownPresetIsNamedAndTheNearestAre() {
    refuses(
        "'quickstart/c9'; did you mean quickstart/c1,",
        "train",
        "--preset",
        "quickstart/c9",
        "--data",
        missing(),
        "--out",
        out().toString());
  }

  @Test
  void tooFewSlotsAreCounted() {
    refuses("2 workers", train("--data", shards(), "--workers", "2", "--master", "local[1]"));
  }

  @Test
  void dynamicAllocationIsRefused() {
    refuses(
        "spark.dynamicAllocation.enabled=false",
        train("--data", shards(), "--conf", "spark.dynamicAllocation.enabled=true"));
  }

  private void refuses(String named, String... arguments) {
    Tool.Run run = Tool.run(arguments);
    assertThat(run.exit()).as(run.all()).isEqualTo(2);
    assertThat(run.err()).as(run.all()).hasSize(1);
    assertThat(run.err().get(0)).startsWith("e2spark: ").contains(named);
    assertThat(run.out()).isEmpty();
    assertThat(out()).doesNotExist();
  }

  private String[] train(String... more) {
    String[] all = new String[5 + more.length];
    String[] start = {"train", "--preset", "quickstart/cnn", "--out", out().toString()};
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(more, 0, all, start.length, more.length);
    return all;
  }

  private static String shards() {
    return Digits.shards().toString();
  }

  private String missing() {
    return directory.resolve("nothing").toString();
  }

  private Path out() {
    return directory.resolve("out");
  }
}
