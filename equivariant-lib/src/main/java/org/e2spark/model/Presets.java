package org.e2spark.model;

import ai.djl.nn.Block;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Networks by name. */
public final class Presets {

  /** Builds a network for images of some number of channels and some number of classes. */
  @FunctionalInterface
  private interface Recipe {
    Block create(int channels, int classes);
  }

  private static final Map<String, Recipe> RECIPES =
      Map.of(
          "quickstart/c8", Quickstart::c8,
          "quickstart/c8-without-batch-norm", Quickstart::c8WithoutBatchNorm,
          "quickstart/cnn", Quickstart::cnn);

  private Presets() {}

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(new TreeMap<>(RECIPES).keySet());
  }

  /**
   * A new network, not yet initialised.
   *
   * @param preset one of {@link #names()}
   * @param channels of the images, at least 1
   * @param classes at least 2
   * @return a block that takes (batch, channels, height, width) to logits (batch, classes)
   * @throws IllegalArgumentException if there is no such preset, naming those there are
   */
  public static Block create(String preset, int channels, int classes) {
    Recipe recipe = RECIPES.get(preset);
    if (recipe == null) {
      throw new IllegalArgumentException("No preset is named " + preset + "; there are " + names());
    }
    if (channels < 1) {
      throw new IllegalArgumentException("Invalid channels: " + channels + " (must be at least 1)");
    }
    if (classes < 2) {
      throw new IllegalArgumentException("Invalid classes: " + classes + " (must be at least 2)");
    }
    return recipe.create(channels, classes);
  }
}
