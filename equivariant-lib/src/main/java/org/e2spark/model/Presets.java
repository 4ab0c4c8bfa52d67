package org.e2spark.model;

import ai.djl.nn.Block;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.e2spark.text.Similar;
import org.e2spark.text.Text;

/**
 * Networks by name: {@code quickstart/…} small ones to begin with, {@code mnist-bench/…}, {@code
 * mnist-restrict/…}, {@code mnist-final/…}, {@code cifar10/…}, {@code cifar100/…} and {@code
 * stl10/…} those of <a href="https://arxiv.org/abs/1911.08251">Weiler and Cesa 2019</a> with their
 * published numbers of parameters, {@code examples/…} those of the reference library's examples.
 *
 * <p>Their parameters have the reference's names up to {@link ReferenceNames}.
 */
public final class Presets {

  private static final int SUGGESTED = 3;
  private static final Map<String, Recipe> RECIPES = new TreeMap<>();

  static {
    RECIPES.putAll(Quickstart.recipes());
    RECIPES.putAll(MnistBenchmark.recipes());
    RECIPES.putAll(MnistFinal.recipes());
    RECIPES.putAll(WideResNets.recipes());
    RECIPES.putAll(Examples.recipes());
  }

  private Presets() {}

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(RECIPES.keySet());
  }

  /** What each is, the small ones first; builds none. */
  public static List<Preset> table() {
    return PresetTable.read();
  }

  /**
   * Checks that a preset is there, without building it.
   *
   * @throws IllegalArgumentException if not, naming those of the most similar names
   */
  public static void require(String preset) {
    recipe(preset);
  }

  /**
   * A new network, not yet initialised.
   *
   * @param preset one of {@link #names()}
   * @param channels of the images, at least 1
   * @param classes at least 2
   * @return a block that takes (batch, channels, height, width) to logits (batch, classes)
   * @throws IllegalArgumentException if there is no such preset, naming those of the most similar
   *     names
   */
  public static Block create(String preset, int channels, int classes) {
    Recipe recipe = recipe(preset);
    if (channels < 1) {
      throw new IllegalArgumentException("Invalid channels: " + channels + " (must be at least 1)");
    }
    if (classes < 2) {
      throw new IllegalArgumentException("Invalid classes: " + classes + " (must be at least 2)");
    }
    return recipe.network().create(channels, classes);
  }

  /**
   * Pixels along each side of the images that a preset was published for. Many take other sizes as
   * well; for which ones turned images give exactly turned features is told by {@link
   * org.e2spark.nn.check.EquivarianceCheck}.
   *
   * @throws IllegalArgumentException if there is no such preset, naming those of the most similar
   *     names
   */
  public static int imageSize(String preset) {
    return recipe(preset).imageSize();
  }

  private static Recipe recipe(String preset) {
    Recipe recipe = RECIPES.get(preset);
    if (recipe == null) {
      throw new IllegalArgumentException(
          Text.format(
              "No preset is named '%s'; did you mean %s? (e2spark presets lists all %s)",
              preset,
              String.join(", ", Similar.names(preset, RECIPES.keySet(), SUGGESTED)),
              RECIPES.size()));
    }
    return recipe;
  }
}
