package org.e2spark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Every option that takes one of several words takes them as the documentation writes them. */
class EnumOptionsTest {

  @Test
  void wordsAreLowerCase() {
    assertThat(check(Main.commandLine(), List.of())).isPositive();
  }

  private static int check(CommandLine command, List<String> path) {
    int found = 0;
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (option.type().isEnum()) {
        found++;
        for (Object word : option.type().getEnumConstants()) {
          String text = ((Enum<?>) word).name().toLowerCase(Locale.ROOT).replace('_', '-');
          check(with(with(path, option.longestName()), text));
        }
      }
    }
    for (Map.Entry<String, CommandLine> below : command.getSubcommands().entrySet()) {
      found += check(below.getValue(), with(path, below.getKey()));
    }
    return found;
  }

  private static void check(List<String> arguments) {
    try {
      Main.commandLine().parseArgs(arguments.toArray(String[]::new));
    } catch (ParameterException e) {
      assertThat(e).message().doesNotContain("Invalid value");
    }
  }

  private static List<String> with(List<String> path, String more) {
    return Stream.concat(path.stream(), Stream.of(more)).toList();
  }
}
