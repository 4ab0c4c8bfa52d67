package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every option that a message names is one of the command that the message is about. */
class RemediesTest {

  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z0-9-]*");
  private static final Path MODULES = Path.of("").toAbsolutePath().getParent();
  private static final CommandLine TOOL = Main.commandLine();

  /** Which commands run the code of a folder. */
  private static Set<String> optionsFor(String file) throws IOException {
    Set<String> options = new HashSet<>(Set.of("--help", "--version"));
    options.addAll(sparkOptions());
    List<String> commands = new ArrayList<>();
    Matcher command = Pattern.compile("cli/(\\w+)Command\\.java").matcher(file);
    if (command.find()) {
      // ImportE2cnn is import-e2cnn.
      commands.add(
          command.group(1).replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT));
      if (file.contains("Inspect")) {
        commands.add("train"); // it draws what train would do
      }
      if (file.contains("Presets")) {
        commands.add("train"); // it lists what train takes
      }
      if (file.contains("Fetch")) {
        commands.add("prepare"); // the next step
      }
    } else if (file.contains("/data/") || file.contains("cli/Pre") || file.contains("cli/Source")) {
      commands.add("prepare");
      commands.add("train");
    } else if (file.contains("/e2cnn/")) {
      commands.add("import-e2cnn");
    } else if (file.contains("/export/")) {
      commands.add("export");
    } else if (file.contains("/infer/") || file.contains("/savedmodel/")) {
      commands.add("evaluate");
    } else if (file.contains("ml/TrainParams")) {
      commands.add("presets");
    } else {
      commands.add("train");
      if (file.contains("cli/Doctor")) {
        commands.add("doctor");
      }
    }
    for (String name : commands) {
      TOOL.getSubcommands()
          .get(name)
          .getCommandSpec()
          .options()
          .forEach(option -> options.addAll(List.of(option.names())));
    }
    return options;
  }

  /** Those that the launcher passes on. */
  private static Set<String> sparkOptions() throws IOException {
    Set<String> options = new HashSet<>();
    Matcher named = OPTION.matcher(Files.readString(MODULES.resolve("spark-jobs/bin/e2spark")));
    while (named.find()) {
      options.add(named.group());
    }
    return options;
  }

  @Test
  void theOptionsThatMessagesNameExist() throws IOException {
    List<String> wrong = new ArrayList<>();
    int seen = 0;
    for (String module : List.of("equivariant-lib", "data-pipeline", "spark-jobs")) {
      try (Stream<Path> files = Files.walk(MODULES.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          Matcher text = TEXT.matcher(Files.readString(file));
          while (text.find()) {
            Matcher option = OPTION.matcher(text.group());
            while (option.find()) {
              seen++;
              if (!optionsFor(file.toString()).contains(option.group())) {
                wrong.add(MODULES.relativize(file) + ": " + text.group());
              }
            }
          }
        }
      }
    }
    assertThat(seen).isGreaterThan(40);
    assertThat(wrong).isEmpty();
  }
}
