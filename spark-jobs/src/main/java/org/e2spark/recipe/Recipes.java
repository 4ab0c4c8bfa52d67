package org.e2spark.recipe;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.e2spark.checkpoint.Json;
import org.e2spark.model.Preset;
import org.e2spark.model.Presets;
import org.e2spark.text.Similar;
import org.e2spark.text.Text;
import org.e2spark.train.TrainOptions;

/**
 * The published experiments, of <a href="https://arxiv.org/abs/1911.08251">Weiler and Cesa 2019</a>
 * and of the reference library: the rows of {@code recipes.json}.
 */
public final class Recipes {

  private static final String FILE = "recipes.json";
  private static final String ABLATION = "stl10-ablation:";
  private static final int SUGGESTED = 3;

  private Recipes() {}

  /** The file. */
  private record Catalogue(
      Map<String, Long> images,
      Map<String, ObjectNode> trainings,
      List<Group> groups,
      List<Published> published) {}

  /** Recipes that differ in the network and the data set alone. */
  private record Group(
      String name,
      String title,
      List<String> presets,
      List<String> sets,
      Map<String, Double> division,
      int padding,
      String training,
      ObjectNode with,
      LayerPenalties.Strength convolutionPenalty,
      LayerPenalties.Strength linearPenalty,
      int seeds,
      List<String> notes) {

    boolean has(String preset) {
      return presets.stream()
          .anyMatch(
              p ->
                  p.endsWith("*")
                      ? preset.startsWith(p.substring(0, p.length() - 1))
                      : preset.equals(p));
    }
  }

  /** All of them, by table; no network is built. */
  public static List<Recipe> all() {
    Catalogue catalogue = read();
    Map<String, Published> published = new LinkedHashMap<>();
    catalogue.published.forEach(row -> published.put(row.recipe(), row));
    List<Preset> presets = Presets.table();
    return catalogue.groups.stream()
        .flatMap(
            group ->
                group.sets.stream()
                    .flatMap(
                        set ->
                            presets.stream()
                                .filter(preset -> group.has(preset.name()))
                                .map(preset -> recipe(catalogue, group, set, preset, published))))
        .toList();
  }

  /**
   * One of them.
   *
   * @throws IllegalArgumentException if there is none of that name, naming the most similar ones
   */
  public static Recipe named(String name) {
    List<Recipe> all = all();
    return all.stream()
        .filter(recipe -> recipe.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.format(
                        "No recipe is named '%s'; did you mean %s? (e2spark recipes lists all %d)",
                        name,
                        String.join(
                            ", ",
                            Similar.names(
                                name, all.stream().map(Recipe::name).toList(), SUGGESTED)),
                        all.size())));
  }

  /**
   * Those of a table.
   *
   * @param table its number in the article, with all its parts, or the first part of their names:
   *     {@code 6} is {@code table6} and {@code table6-autoaugment}
   * @throws IllegalArgumentException if there is none, naming those there are
   */
  public static List<Recipe> ofTable(String table) {
    List<Recipe> all = all();
    boolean isNumber = table.matches("[0-9]+");
    List<Recipe> found =
        all.stream()
            .filter(
                recipe ->
                    recipe.table().equals(table)
                        || isNumber && (recipe.table() + "-").startsWith("table" + table + "-"))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          Text.format(
              "No table is named '%s' (there are: %s)",
              table, all.stream().map(Recipe::table).distinct().collect(Collectors.joining(", "))));
    }
    return found;
  }

  private static Recipe recipe(
      Catalogue catalogue,
      Group group,
      String set,
      Preset preset,
      Map<String, Published> published) {
    String network = preset.name().substring(preset.name().indexOf('/') + 1);
    String name = group.name + "/" + set + "/" + network;
    Map<String, Double> division = group.division == null ? Map.of() : group.division;
    ObjectNode options = Json.tree(Map.of("preset", preset.name(), "data", set));
    if (group.training != null) {
      options.setAll(catalogue.trainings.get(group.training));
    }
    options.setAll(group.with);
    return new Recipe(
        name,
        group.title,
        set,
        division,
        group.padding,
        Math.round(images(catalogue, set) * division.getOrDefault("train", 1.0)),
        preset,
        Json.convert(options, TrainOptions.class, FILE + ": " + name),
        group.convolutionPenalty == null
            ? Optional.empty()
            : Optional.of(new LayerPenalties(group.convolutionPenalty, group.linearPenalty)),
        group.seeds,
        Optional.ofNullable(published.get(name)),
        group.notes);
  }

  private static long images(Catalogue catalogue, String set) {
    return set.startsWith(ABLATION)
        ? Long.parseLong(set.substring(ABLATION.length()))
        : catalogue.images.get(set);
  }

  private static Catalogue read() {
    try (InputStream stream = Recipes.class.getResourceAsStream(FILE)) {
      return new JsonMapper().readValue(stream, Catalogue.class);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + FILE, e);
    }
  }
}
