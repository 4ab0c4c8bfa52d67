package org.e2spark.data.prepare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.shard.ShardLayout;
import org.e2spark.data.text.Text;

/**
 * What to do with a source's images before they become shards.
 *
 * <p>The same source, options and seed always give the same shards.
 *
 * @param seed of every random choice
 * @param rotation interpolation of the random rotation; empty if images are not rotated
 * @param reflections whether each image is mirrored with probability one half
 * @param copies of each training image, at least 1
 * @param padding height and width that images are padded to with zeros; empty if they are not
 * @param division fractions of the training split by the name of the part; empty if it stays whole
 * @param resize height and width that images are resampled to; empty if they are not
 * @param duplicateReport whether equal images are looked for and reported
 * @param recordBatchRows rows of a record batch; empty for the layout's own choice
 * @param maxShardBytes largest number of bytes of a shard
 */
public record PrepareOptions(
    long seed,
    Optional<Interpolation> rotation,
    boolean reflections,
    int copies,
    Optional<Size> padding,
    Map<String, Double> division,
    Optional<Size> resize,
    boolean duplicateReport,
    OptionalInt recordBatchRows,
    long maxShardBytes) {

  /** The split that is divided, copied and measured. */
  public static final String TRAIN = "train";

  /** Options that convert images as they are. */
  public static PrepareOptions none() {
    return builder().build();
  }

  /** Starts from {@link #none()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** The options by name, as the manifest records them. */
  public Map<String, String> asMap() {
    Map<String, String> map = new LinkedHashMap<>();
    rotation().ifPresent(value -> map.put("rotation", value.name()));
    if (reflections()) {
      map.put("reflections", "true");
    }
    if (copies() > 1) {
      map.put("copies", Integer.toString(copies()));
    }
    resize().ifPresent(value -> map.put("resize", value.toString()));
    padding().ifPresent(value -> map.put("padding", value.toString()));
    if (!division().isEmpty()) {
      map.put("division", division().toString());
    }
    map.put("maxShardBytes", Long.toString(maxShardBytes()));
    return map;
  }

  static void checkShardBytes(long bytes) {
    if (bytes < 1 || bytes > ShardLayout.MAX_SHARD_BYTES) {
      throw new IllegalArgumentException(
          Text.format(
              "Invalid bytes of a shard: %d (must be in [1, %d])",
              bytes, ShardLayout.MAX_SHARD_BYTES));
    }
  }

  /**
   * A height and a width in pixels.
   *
   * @param height rows, at least 1
   * @param width columns, at least 1
   */
  public record Size(int height, int width) {
    /** Checks both; throws IllegalArgumentException if one is below 1. */
    public Size {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "Invalid size: " + height + "x" + width + " (both sides must be >= 1)");
      }
    }

    @Override
    public String toString() {
      return height + "x" + width;
    }
  }

  /** Collects the options. */
  public static final class Builder {
    private long seed;
    private Interpolation rotation;
    private boolean reflections;
    private int copies = 1;
    private Size resize;
    private Size padding;
    private boolean duplicateReport;
    private OptionalInt recordBatchRows = OptionalInt.empty();
    private Map<String, Double> division = Map.of();
    private long maxShardBytes = ShardLayout.MAX_SHARD_BYTES;

    private Builder() {}

    /** Seed of every random choice; 0 by default. */
    public Builder seed(long value) {
      this.seed = value;
      return this;
    }

    /** Rotates each image by its own uniform random angle, which its shard records. */
    public Builder rotation(Interpolation interpolation) {
      this.rotation = interpolation;
      return this;
    }

    /** Mirrors each image with probability one half, before any rotation; its shard records it. */
    public Builder reflections() {
      this.reflections = true;
      return this;
    }

    /**
     * Makes this many copies of each training image, each turned on its own: copy {@code k} of
     * image {@code i} gets id {@code i * copies + k}.
     */
    public Builder copies(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("Invalid copies: " + value + " (must be >= 1)");
      }
      this.copies = value;
      return this;
    }

    /**
     * Resamples images to this size, after any rotation and before any padding, with a triangle
     * filter as wide as the coarser of the two grids needs.
     */
    public Builder resize(int height, int width) {
      this.resize = new Size(height, width);
      return this;
    }

    /** Looks for equal images, within and across splits, and reports them; removes none. */
    public Builder duplicateReport() {
      this.duplicateReport = true;
      return this;
    }

    /** Rows of a record batch, at least 1; by default as many as fit 8 MiB, at most 1,024. */
    public Builder recordBatchRows(int value) {
      if (value < 1) {
        throw new IllegalArgumentException(
            "Invalid record batch: " + value + " rows (must be >= 1)");
      }
      this.recordBatchRows = OptionalInt.of(value);
      return this;
    }

    /**
     * Pads images with zeros to this size: half on either side, and of an odd number the larger
     * half below and to the right.
     */
    public Builder padding(int height, int width) {
      this.padding = new Size(height, width);
      return this;
    }

    /**
     * Divides the training split into parts that hold each class in the same proportion.
     *
     * @param fractions fraction of each part by name, each above 0, together 1; a part may be named
     *     {@code train} again. Parts are cut in the order of their names
     */
    public Builder division(Map<String, Double> fractions) {
      double sum = fractions.values().stream().mapToDouble(Double::doubleValue).sum();
      boolean positive = fractions.values().stream().allMatch(fraction -> fraction > 0);
      if (!fractions.isEmpty() && (!positive || Math.abs(sum - 1) > 1e-9)) {
        throw new IllegalArgumentException(
            "Invalid division: " + fractions + " (fractions must be > 0 and add up to 1)");
      }
      for (String part : fractions.keySet()) {
        if (!part.matches("[A-Za-z0-9_-]{1,64}")) {
          throw new IllegalArgumentException(
              "Invalid part: '" + part + "' (1 to 64 letters, digits, _ and -)");
        }
      }
      this.division = Collections.unmodifiableMap(new TreeMap<>(fractions));
      return this;
    }

    /** Largest number of bytes of a shard; 64 MiB by default, which is also the most. */
    public Builder maxShardBytes(long value) {
      checkShardBytes(value);
      this.maxShardBytes = value;
      return this;
    }

    /** The options. */
    public PrepareOptions build() {
      return new PrepareOptions(
          seed,
          Optional.ofNullable(rotation),
          reflections,
          copies,
          Optional.ofNullable(padding),
          division,
          Optional.ofNullable(resize),
          duplicateReport,
          recordBatchRows,
          maxShardBytes);
    }
  }
}
