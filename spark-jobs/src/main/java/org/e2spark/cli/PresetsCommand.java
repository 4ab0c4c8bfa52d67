package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark presets}. */
@Command(
    name = "presets",
    description =
        "Lists the networks that train --preset takes, with the images they were made for, their number "
            + "of parameters at those, and their symmetries (A > B: later layers have only B). Starts no "
            + "Spark.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PresetsCommand implements Callable<Integer> {

  private static final String ROW = "%-36s  %-7s  %,10d  %-14s  %s%n";
  private static final String HEAD = ROW.replace("%,10d", "%10s");

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PART",
      arity = "0..1",
      defaultValue = "",
      description = "Only those with this in their names, such as mnist-final or c16.")
  private String part;

  @Override
  public Integer call() {
    List<Preset> found =
        Presets.table().stream().filter(preset -> preset.name().contains(part)).toList();
    if (found.isEmpty()) {
      throw new UsageException(
          "No preset has '" + part + "' in its name (e2spark presets lists all)");
    }
    PrintWriter console = spec.commandLine().getOut();
    console.printf(Locale.ROOT, HEAD, "preset", "images", "parameters", "symmetries", "network");
    for (Preset preset : found) {
      console.printf(
          Locale.ROOT,
          ROW,
          preset.name(),
          preset.channels() + "x" + preset.imageSize() + "x" + preset.imageSize(),
          preset.parameters(),
          preset.group(),
          preset.description());
    }
    console.flush();
    return 0;
  }
}
