package org.e2spark.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.e2spark.data.augment.Augmentation;
import org.e2spark.data.augment.AugmentationKey;
import org.e2spark.data.augment.AutoAugment;
import org.e2spark.data.augment.ColorJitter;
import org.e2spark.data.augment.Cutout;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.augment.RandomCrop;
import org.e2spark.data.augment.RandomFlip;
import org.e2spark.data.augment.RandomRotation;
import org.e2spark.data.source.ImageShape;
import org.e2spark.text.Text;

/**
 * What happens to images in each epoch, as it is written on a command line: stages joined by
 * commas, or the name of a published experiment's.
 *
 * <ul>
 *   <li>{@code none}: images as they are
 *   <li>{@code crop:P}: a crop of the image's own size out of the image padded with P pixels
 *   <li>{@code flip}, {@code flip:vertical}: a mirror image, for half of the images
 *   <li>{@code rotate}, {@code rotate:INTERPOLATION}, {@code rotate:INTERPOLATION:DEGREES}: by any
 *       angle, or by at most so many degrees; {@code nearest}, {@code bilinear} or {@code bicubic}
 *   <li>{@code cutout:SIZE}: a black square
 *   <li>{@code autoaugment}: the policy learned on CIFAR-10
 *   <li>{@code jitter:BRIGHTNESS:CONTRAST:SATURATION:HUE}
 * </ul>
 *
 * @param stages joined by commas, as {@link #of} writes them
 */
public record AugmentationPolicy(String stages) implements Serializable {

  /** Changes nothing. */
  public static final AugmentationPolicy NONE = new AugmentationPolicy("none");

  /**
   * Those of the experiments of <a href="https://arxiv.org/abs/1911.08251">Weiler and Cesa 2019</a>
   * by the beginning of their presets' names.
   */
  private static final Map<String, String> PUBLISHED =
      new TreeMap<>(
          Map.of(
              "mnist-bench", "rotate:bilinear",
              "mnist-restrict", "rotate:bicubic",
              "mnist-final", "rotate:nearest",
              "cifar", "crop:4,flip",
              "cifar-autoaugment", "crop:4,flip,autoaugment,cutout:16",
              "stl10", "crop:12,flip,cutout:60"));

  private static final String FORMS =
      "none, crop:P, flip[:vertical], rotate[:INTERPOLATION[:DEGREES]], cutout:SIZE, autoaugment,"
          + " jitter:B:C:S:H";

  /**
   * Checks the stages.
   *
   * @throws IllegalArgumentException naming the stage that is none, or is out of its range
   */
  public AugmentationPolicy {
    parse(stages);
  }

  /**
   * Reads stages or the name of a published policy.
   *
   * @throws IllegalArgumentException naming the stage that is none, or is out of its range
   */
  @JsonCreator
  public static AugmentationPolicy of(String text) {
    return new AugmentationPolicy(PUBLISHED.getOrDefault(text, text));
  }

  /** The published policies: their stages by their names. */
  public static Map<String, String> published() {
    return Map.copyOf(PUBLISHED);
  }

  /**
   * Checks that images of a shape can be treated.
   *
   * @throws IllegalArgumentException naming the shape and what does not fit it
   */
  public void check(ImageShape shape) {
    create().apply(new byte[shape.size()], shape, new long[1], new AugmentationKey(0, 0));
  }

  /** The augmentation. */
  public Augmentation create() {
    return parse(stages);
  }

  @JsonValue
  @Override
  public String toString() {
    return stages;
  }

  private static Augmentation parse(String stages) {
    if (stages.equals("none")) {
      return Augmentation.none();
    }
    return Augmentation.sequence(
        Arrays.stream(stages.split(",", -1)).map(AugmentationPolicy::stage).toList());
  }

  private static Augmentation stage(String text) {
    List<String> words = List.of(text.split(":", -1));
    try {
      return stage(words.get(0), words.subList(1, words.size()));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw unknown(text, e);
    }
  }

  private static Augmentation stage(String name, List<String> values) {
    requireAtMost(
        switch (name) {
          case "autoaugment" -> 0;
          case "rotate" -> 2;
          case "jitter" -> 4;
          default -> 1;
        },
        name,
        values);
    return switch (name) {
      case "crop" -> new RandomCrop(Integer.parseInt(values.get(0)));
      case "flip" -> values.isEmpty() ? RandomFlip.horizontal() : flip(values.get(0));
      case "rotate" -> rotation(values);
      case "cutout" -> new Cutout(Integer.parseInt(values.get(0)));
      case "autoaugment" -> new AutoAugment();
      case "jitter" ->
          new ColorJitter(
              number(values, 0), number(values, 1), number(values, 2), number(values, 3));
      default -> throw unknown(name, null);
    };
  }

  private static void requireAtMost(int count, String name, List<String> values) {
    if (values.size() > count) {
      throw unknown(name + ":" + String.join(":", values), null);
    }
  }

  private static double number(List<String> values, int index) {
    return Double.parseDouble(values.get(index));
  }

  private static Augmentation flip(String direction) {
    return switch (direction) {
      case "horizontal" -> RandomFlip.horizontal();
      case "vertical" -> RandomFlip.vertical();
      default -> throw unknown("flip:" + direction, null);
    };
  }

  private static Augmentation rotation(List<String> values) {
    Interpolation interpolation =
        values.isEmpty() ? Interpolation.BILINEAR : interpolation(values.get(0));
    return values.size() < 2
        ? RandomRotation.anyAngle(interpolation)
        : new RandomRotation(Math.toRadians(number(values, 1)), interpolation);
  }

  private static Interpolation interpolation(String name) {
    return Arrays.stream(Interpolation.values())
        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(() -> unknown("rotate:" + name, null));
  }

  private static IllegalArgumentException unknown(String stage, RuntimeException cause) {
    String names = PUBLISHED.keySet().stream().collect(Collectors.joining(", "));
    return new IllegalArgumentException(
        Text.format(
            "'%s' is no stage of augmentation (there are: %s; or one of %s)", stage, FORMS, names),
        cause);
  }
}
