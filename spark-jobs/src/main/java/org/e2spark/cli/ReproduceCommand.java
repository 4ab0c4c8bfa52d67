package org.e2spark.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.e2spark.recipe.Recipe;
import org.e2spark.recipe.Recipes;
import org.e2spark.recipe.Reproduction;
import org.e2spark.recipe.Scale;
import org.e2spark.text.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code e2spark reproduce}. */
@Command(
    name = "reproduce",
    description =
        "Does a published experiment again: prepares its images, trains all its runs, measures them,"
            + " and prints mean and spread beside what was published. Started again, it goes on where it"
            + " was.",
    mixinStandardHelpOptions = true)
final class ReproduceCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "RECIPE",
      description = "One of those that e2spark recipes lists.")
  private String name;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Instead of one recipe: all of a table, such as 3.")
  private String table;

  @Option(
      names = "--only",
      paramLabel = "PART",
      defaultValue = "",
      description = "Of the table only those with this in their names, such as regular.")
  private String only;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "DIR",
      description =
          "The folder of the raw images, as of e2spark fetch; of a table whose sets have folders of"
              + " their own, the folder of those.")
  private String from;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "The folder for shards and runs.")
  private String out;

  @Option(
      names = "--scale",
      paramLabel = "SHARE",
      defaultValue = "1",
      description =
          "Do this share of the work: widths, images and epochs each times its fourth root. Where the"
              + " folder has fewer images than were published, as many of them as that asks for.")
  private double scale;

  @Option(names = "--seeds", paramLabel = "N", description = "Runs; as published if left out.")
  private Integer seeds;

  @Override
  public Integer call() {
    List<Recipe> recipes = Preflight.checked(this::recipes);
    Scale share = Preflight.checked(() -> new Scale(scale));
    PrintWriter console = spec.commandLine().getOut();
    console.println("Scale: " + share);
    try (Session session = Session.open("reproduce " + (name == null ? table : name))) {
      for (Recipe recipe : recipes) {
        recipe.notes().forEach(note -> console.println("Note: " + note));
        if (scale < 1 && !Scale.narrows(recipe.spec())) {
          console.println(
              "Note: " + recipe.name() + " keeps its width, as its layers name each field");
        }
        int runs = seeds == null ? recipe.seeds() : seeds;
        Reproduction.Outcome outcome =
            new Reproduction(recipe, source(recipe), out, share, runs)
                .run(
                    session.spark(),
                    (options, seed, training) -> {
                      String label = recipe.name() + ", seed " + seed;
                      try (ProgressConsole progress =
                          new ProgressConsole(
                              spec.commandLine().getErr(), label, options.epochs())) {
                        return training.run(progress);
                      }
                    });
        print(console, recipe, outcome);
      }
    }
    return 0;
  }

  private List<Recipe> recipes() {
    if ((name == null) == (table == null)) {
      throw new UsageException("Name a recipe, or --table: e2spark recipes lists all");
    }
    if (seeds != null && seeds < 1) {
      throw new UsageException("Invalid seeds: " + seeds + " (must be at least 1)");
    }
    if (name != null) {
      return List.of(Recipes.named(name));
    }
    List<Recipe> found =
        Recipes.ofTable(table).stream().filter(recipe -> recipe.name().contains(only)).toList();
    if (found.isEmpty()) {
      throw new UsageException(
          "No recipe of --table "
              + table
              + " has '"
              + only
              + "' in its name; e2spark recipes lists all");
    }
    return found;
  }

  /** The set's own folder, where there is one. */
  private String source(Recipe recipe) {
    Path own = Path.of(from).resolve(recipe.set().replaceFirst(":.*", ""));
    return table != null && Files.isDirectory(own) ? own.toString() : from;
  }

  private static void print(PrintWriter console, Recipe recipe, Reproduction.Outcome outcome) {
    int runs = outcome.errors().size();
    String error =
        runs == 1
            ? Text.format("%.2f %%", outcome.mean())
            : Text.format("%.2f ± %.2f %%", outcome.mean(), outcome.spread());
    console.printf(
        Locale.ROOT,
        "%s: test error %s (%s, %,d parameters, trained on %,d images); published %s%n",
        recipe.name(),
        error,
        runs == 1 ? "1 run" : runs + " runs",
        outcome.parameters(),
        outcome.images(),
        recipe.published().map(row -> RecipesCommand.error(row) + " %").orElse("error not known"));
  }
}
