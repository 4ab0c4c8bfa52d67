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
 * published numbers of parameters, {@code examples/…} those of the reference library's examples,
 * and {@code images/…} residual networks for images of any size.
 *
 * <p>Their parameters have the reference's names up to {@link ReferenceNames}.
 */
public final class Presets {

  private static final int SUGGESTED = 3;
  private static final Map<String, PresetPlan> PLANS = new TreeMap<>();

  static {
    PLANS.putAll(Quickstart.plans());
    PLANS.putAll(MnistBenchmark.plans());
    PLANS.putAll(MnistFinal.plans());
    PLANS.putAll(WideResNets.plans());
    PLANS.putAll(Examples.plans());
    PLANS.putAll(ImageResNets.plans());
  }

  private Presets() {}

  /** All names, sorted. */
  public static List<String> names() {
    return List.copyOf(PLANS.keySet());
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
    plan(preset);
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
    return spec(preset, ImageInput.square(channels, imageSize(preset)), classes).build();
  }

  /**
   * What a preset is, for some images and classes.
   *
   * @param preset one of {@link #names()}
   * @param classes at least 2
   * @throws IllegalArgumentException if there is no such preset, naming those of the most similar
   *     names
   */
  public static ModelSpec spec(String preset, ImageInput input, int classes) {
    PresetPlan plan = plan(preset);
    if (classes < 2) {
      throw new IllegalArgumentException("Invalid classes: " + classes + " (must be at least 2)");
    }
    return plan.network().create(input, classes);
  }

  /**
   * What a preset is, for the images and classes that it was published for.
   *
   * @throws IllegalArgumentException if there is no such preset, naming those of the most similar
   *     names
   */
  public static ModelSpec published(String preset) {
    require(preset);
    Preset row =
        table().stream().filter(one -> one.name().equals(preset)).findFirst().orElseThrow();
    return spec(preset, ImageInput.square(row.channels(), row.imageSize()), row.classes());
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
    return plan(preset).imageSize();
  }

  private static PresetPlan plan(String preset) {
    PresetPlan plan = PLANS.get(preset);
    if (plan == null) {
      throw new IllegalArgumentException(
          Text.format(
              "No preset is named '%s'; did you mean %s? (e2spark presets lists all %s)",
              preset,
              String.join(", ", Similar.names(preset, PLANS.keySet(), SUGGESTED)),
              PLANS.size()));
    }
    return plan;
  }
}
