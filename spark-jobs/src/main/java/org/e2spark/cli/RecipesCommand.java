package org.e2spark.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.e2spark.checkpoint.Json;
import org.e2spark.recipe.Published;
import org.e2spark.recipe.Recipe;
import org.e2spark.recipe.Recipes;
import org.e2spark.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark recipes}. */
@Command(
    name = "recipes",
    description =
        "Lists the published experiments that e2spark reproduce does again: parameters, millions of"
            + " multiplications an image, images that a run sees, runs, the published error, and hours of"
            + " all runs on a core and on a GPU. Starts no Spark.",
    mixinStandardHelpOptions = true)
final class RecipesCommand implements Callable<Integer> {

  /**
   * Operations a second of a core in training, as {@code ScalingBenchmark} measured them: 51 images
   * of {@code mnist-bench/regular-c4} a second on a core of an AMD EPYC, at commit 6480ea1.
   */
  private static final double CORE = 200e9;

  /** Operations a second of a GPU in training; assumed, not measured. */
  private static final double GPU = 25e12;

  private static final double HOUR = 3600;
  private static final String UNVERIFIED = "?";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PART",
      defaultValue = "",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Only those with this in their names, such as table6 or regular-c8.")
  private String part;

  @Option(
      names = "--show",
      paramLabel = "NAME",
      description = "Prints all of one: its options, and where it differs from the published code.")
  private String shown;

  @Override
  public Integer call() {
    PrintWriter console = spec.commandLine().getOut();
    if (shown != null) {
      show(console);
    } else {
      list(console);
    }
    return 0;
  }

  private void list(PrintWriter console) {
    List<Recipe> found =
        Recipes.all().stream().filter(recipe -> recipe.name().contains(part)).toList();
    if (found.isEmpty()) {
      throw new UsageException(
          "No recipe has '" + part + "' in its name; e2spark recipes lists all");
    }
    int width = found.stream().mapToInt(recipe -> recipe.name().length()).max().orElse(0);
    console.printf(
        Locale.ROOT,
        "%-" + width + "s %12s %9s %12s %4s %15s %9s %7s%n",
        "recipe",
        "parameters",
        "M mult.",
        "images seen",
        "runs",
        "error %",
        "core-h",
        "GPU-h");
    for (Recipe recipe : found) {
      double all = recipe.seeds() * recipe.operations();
      console.printf(
          Locale.ROOT,
          "%-" + width + "s %,12d %,9d %,12d %4d %15s %,9.0f %,7.1f%n",
          recipe.name(),
          recipe.network().parameters(),
          recipe.network().operations() / 1_000_000,
          recipe.imagesSeen(),
          recipe.seeds(),
          recipe.published().map(RecipesCommand::error).orElse("-"),
          all / CORE / HOUR,
          all / GPU / HOUR);
    }
    console.println(
        UNVERIFIED
            + ": not compared with the paper; -: not known here. Hours are estimates, of training alone: "
            + Text.format("%.0f billion operations a second on a core, ", CORE / 1e9)
            + Text.format("%,.0f (assumed) on a GPU.", GPU / 1e9));
  }

  /** An error with its spread; what was not compared with its source is marked. */
  static String error(Published published) {
    String mark = published.verified() ? "" : UNVERIFIED;
    return published.spread() == null
        ? Text.format("%.2f%s", published.error(), mark)
        : Text.format("%.2f ± %.2f%s", published.error(), published.spread(), mark);
  }

  private void show(PrintWriter console) {
    Recipe recipe = Preflight.checked(() -> Recipes.named(shown));
    console.println(recipe.name());
    console.println(recipe.title());
    console.printf(Locale.ROOT, "network    %s%n", recipe.network().name());
    console.printf(Locale.ROOT, "images     %s, %,d to train on%n", recipe.set(), recipe.images());
    console.printf(Locale.ROOT, "runs       %d%n", recipe.seeds());
    recipe
        .published()
        .ifPresent(
            row ->
                console.printf(
                    Locale.ROOT,
                    "published  %s %% (%s%s)%n",
                    error(row),
                    row.source(),
                    row.verified() ? "" : ", not compared with it"));
    recipe.notes().forEach(note -> console.println("note       " + note));
    console.println(Json.write(recipe.options(recipe.set(), 1)));
  }
}
