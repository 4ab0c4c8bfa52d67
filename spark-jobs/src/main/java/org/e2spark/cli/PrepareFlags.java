package org.e2spark.cli;

import java.util.Map;
import org.e2spark.data.augment.Interpolation;
import org.e2spark.data.prepare.PrepareOptions;
import picocli.CommandLine.Option;

/** What to do with images before they become shards. */
final class PrepareFlags {

  @Option(
      names = "--split",
      paramLabel = "PART=FRACTION",
      split = ",",
      description =
          "Divide the training split into parts of the same class proportions, "
              + "as in --split train=0.9,validation=0.1.")
  private Map<String, Double> division;

  @Option(
      names = "--copies",
      paramLabel = "K",
      defaultValue = "1",
      description = "Copies of each training image, each turned on its own.")
  private int copies;

  @Option(
      names = "--rotate",
      paramLabel = "INTERPOLATION",
      description =
          "Turn each image by a uniform random angle of its own, which its shard records: "
              + "nearest, bilinear or bicubic. mnist-rot and mnist-o2 are turned without it.")
  private Interpolation rotation;

  @Option(
      names = "--reflect",
      description = "Mirror each image with probability 1/2, before any rotation.")
  private boolean reflections;

  @Option(
      names = "--resize",
      paramLabel = "HxW",
      description =
          "Resample images to this size, after any rotation; the format folder resamples image files "
              + "of any size to it as it reads them.")
  private PrepareOptions.Size resize;

  @Option(
      names = "--pad",
      paramLabel = "HxW",
      description =
          "Pad images with zeros to this size, after any resizing. Nothing is padded without it; "
              + "the networks quickstart/* and examples/* are made for --pad 29x29.")
  private PrepareOptions.Size padding;

  @Option(
      names = "--duplicates",
      description = "Count equal images, those with different labels, those in different splits.")
  private boolean duplicates;

  @Option(
      names = "--shard-bytes",
      paramLabel = "N",
      defaultValue = "67108864",
      description = "Most bytes of a shard, at most 67108864 (64 MiB).")
  private long shardBytes;

  @Option(
      names = "--batch-rows",
      paramLabel = "N",
      description = "Images of a record batch (default: as many as fit 8 MiB, at most 1024).")
  private Integer batchRows;

  /** The size that images are resampled to, or null. */
  PrepareOptions.Size size() {
    return resize;
  }

  /**
   * The options.
   *
   * @throws IllegalArgumentException naming the value that is out of range
   */
  PrepareOptions options(long seed) {
    if (copies > 1 && rotation == null && !reflections) {
      throw new IllegalArgumentException(
          copies + " copies of an image would be equal: add --rotate or --reflect");
    }
    PrepareOptions.Builder options =
        PrepareOptions.builder().seed(seed).copies(copies).maxShardBytes(shardBytes);
    if (division != null) {
      options.division(division);
    }
    if (rotation != null) {
      options.rotation(rotation);
    }
    if (reflections) {
      options.reflections();
    }
    if (resize != null) {
      options.resize(resize.height(), resize.width());
    }
    if (padding != null) {
      options.padding(padding.height(), padding.width());
    }
    if (duplicates) {
      options.duplicateReport();
    }
    if (batchRows != null) {
      options.recordBatchRows(batchRows);
    }
    return options.build();
  }
}
