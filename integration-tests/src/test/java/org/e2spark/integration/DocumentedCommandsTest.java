package org.e2spark.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.e2spark.integration.DocumentedCommands.Documented;
import org.junit.jupiter.api.Test;

/**
 * Every command that is told somewhere is run somewhere: {@code .ci/commands.txt} says by what, and
 * holds no other. Benchmarks need no line there: their commands are of one form, and {@code
 * .ci/commands.sh} runs them all for one iteration.
 */
class DocumentedCommandsTest {
  private static final Path CI = Tool.ROOT.resolve(".ci");
  private static final Pattern BENCHMARK =
      Pattern.compile(
          "(?:taskset -c 0 )?mvn -q -pl (\\S+) -am test-compile exec:exec@jmh"
              + " -Djmh=\"?(\\w+)[^\"]*\"?");

  private static final List<Documented> DOCUMENTED = DocumentedCommands.all();

  @Test
  void everyBenchmarkTellsTheCommandThatRunsIt() throws IOException {
    Map<Path, String> told = new TreeMap<>();
    for (Documented documented : DOCUMENTED) {
      if (documented.command().contains("jmh")) {
        Matcher form = BENCHMARK.matcher(documented.command());
        assertThat(form.matches()).as("%s: %s", documented.file(), documented.command()).isTrue();
        Path module = Tool.ROOT.resolve(form.group(1));
        assertThat(documented.file()).as(documented.command()).startsWith(module);
        assertThat(documented.file()).hasFileName(form.group(2) + ".java");
        told.put(documented.file(), documented.command());
      }
    }
    try (Stream<Path> files = Files.walk(Tool.ROOT)) {
      List<Path> benchmarks =
          files
              .filter(file -> file.toString().matches(".*/src/jmh/java/.*Benchmark\\.java"))
              .toList();
      assertThat(told.keySet()).isNotEmpty().containsExactlyInAnyOrderElementsOf(benchmarks);
    }
  }

  @Test
  void everyOtherCommandIsRunByWhatItsLineSays() throws IOException {
    Map<String, String> runs = runs();
    TreeSet<String> told = new TreeSet<>();
    for (Documented documented : DOCUMENTED) {
      if (!documented.command().contains("jmh")) {
        told.add(documented.command());
      }
    }
    assertThat(told)
        .as("commands in the documentation, and in .ci/commands.txt")
        .isEqualTo(new TreeSet<>(runs.keySet()));
  }

  @Test
  void whatIsSaidToRunThemIsThere() throws IOException {
    String gate = Files.readString(CI.resolve("run"));
    for (String by : runs().values()) {
      String[] parts = by.split(":? ", 2);
      switch (parts[0]) {
        case "step" -> assertThat(CI.resolve(parts[1].split(" ")[0])).exists();
        case "gate" ->
            assertThat(gate).containsPattern("(?m)^" + Pattern.quote(parts[1]) + "($| \\|\\|)");
        case "test" -> assertThat(test(parts[1])).as(by).isTrue();
        case "run", "untested" -> assertThat(parts[1]).isNotBlank();
        default -> throw new AssertionError("Neither step, gate, test, run nor untested: " + by);
      }
    }
    assertThat(gate).contains("bash .ci/commands.sh", "bash .ci/python.sh");
  }

  private static boolean test(String name) throws IOException {
    String[] parts = name.split("#");
    Path source = Path.of("src/test/java/org/e2spark/integration", parts[0] + ".java");
    return Files.exists(source)
        && (parts.length == 1 || Files.readString(source).contains("void " + parts[1] + "("));
  }

  /** Documented command to what runs it. */
  private static Map<String, String> runs() throws IOException {
    Map<String, String> runs = new LinkedHashMap<>();
    String command = null;
    for (String line : Files.readAllLines(CI.resolve("commands.txt"))) {
      if (line.startsWith("$ ")) {
        command = line.substring(2);
      } else if (line.startsWith("  ") && command != null) {
        assertThat(runs.put(command, line.strip())).as("second line of " + command).isNull();
        command = null;
      } else {
        assertThat(line).as("a line of .ci/commands.txt").matches("#.*|");
      }
    }
    assertThat(command).as("a command without what runs it").isNull();
    return runs;
  }
}
