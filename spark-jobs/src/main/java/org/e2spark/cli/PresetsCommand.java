package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.e2spark.data.source.ImageShape;
import org.e2spark.model.ImageInput;
import org.e2spark.model.ModelSchema;
import org.e2spark.model.ModelSpec;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark presets}. */
@Command(
    name = "presets",
    description =
        "Lists the networks that train --preset takes, with the images they were made for, their number "
            + "of parameters at those, and their symmetries (A > B: later layers have only B); or prints"
            + " one. Starts no Spark.",
    mixinStandardHelpOptions = true)
final class PresetsCommand implements Callable<Integer> {

  private static final String ROW = "%-36s  %-7s  %,10d  %-14s  %s%n";
  private static final String HEAD = ROW.replace("%,10d", "%10s");

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PART",
      arity = "0..1",
      defaultValue = "",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Only those with this in their names, such as mnist-final or c16.")
  private String part;

  @Option(
      names = "--show",
      paramLabel = "NAME",
      description = "Prints this one as JSON, which train --model takes, to be changed.")
  private String shown;

  @Option(
      names = "--images",
      paramLabel = "CxHxW",
      description =
          "The images that --show prints it for, such as 3x64x64; as published if left out.")
  private ImageShape images;

  @Option(
      names = "--classes",
      description = "The classes that --show prints it for; as published if left out.")
  private Integer classes;

  @Option(names = "--schema", description = "Prints the JSON schema of what train --model takes.")
  private boolean schema;

  @Override
  public Integer call() {
    if (shown != null || schema) {
      PrintWriter console = spec.commandLine().getOut();
      console.println(shown == null ? ModelSchema.json() : Preflight.checked(this::shown).toJson());
      return 0;
    }
    return list();
  }

  private ModelSpec shown() {
    ModelSpec published = Presets.published(shown);
    return Presets.spec(
        shown,
        images == null
            ? published.input()
            : new ImageInput(images.channels(), images.height(), images.width()),
        classes == null ? published.classes() : classes);
  }

  private int list() {
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
    return 0;
  }
}
