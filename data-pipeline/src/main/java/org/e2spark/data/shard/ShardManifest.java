package org.e2spark.data.shard;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.source.ImageShape;

/**
 * What a shard directory holds; written last, so a directory that has one is complete.
 *
 * @param formatVersion version of the shard format, at most {@link #FORMAT_VERSION}: 2 where images
 *     have weights, else 1
 * @param shape channels, height and width of every image
 * @param classNames name of each class; a label is an index into them
 * @param statistics channel statistics that {@link ImageBatch#floats} normalises with
 * @param splits the splits by name, each with its shards in order
 * @param recordBatchRows rows of every record batch but a shard's last
 * @param transformed whether shards carry the {@code angle} and {@code reflected} columns
 * @param sourceFingerprint hash of the source's content that does not depend on its order
 * @param seed seed the images were prepared with
 * @param options every option the shards were prepared with, by name
 * @param writerVersion the program that wrote the shards
 */
public record ShardManifest(
    int formatVersion,
    ImageShape shape,
    List<String> classNames,
    Statistics statistics,
    Map<String, Split> splits,
    int recordBatchRows,
    boolean transformed,
    String sourceFingerprint,
    long seed,
    Map<String, String> options,
    String writerVersion) {

  /** The newest format this version writes and reads. */
  public static final int FORMAT_VERSION = 2;

  /** The format of shards without weights, which older versions read too. */
  public static final int UNWEIGHTED_VERSION = 1;

  /** Name of the manifest's file in a shard directory. */
  public static final String FILE_NAME = "manifest.json";

  /** Copies the collections, keeping their order. */
  public ShardManifest {
    classNames = List.copyOf(classNames);
    splits = Collections.unmodifiableMap(new LinkedHashMap<>(splits));
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /**
   * Mean and standard deviation of each channel.
   *
   * @param split the split they were measured on
   * @param mean mean of pixel/255, one value a channel
   * @param std standard deviation (of the population) of pixel/255, one value a channel
   */
  public record Statistics(String split, List<Double> mean, List<Double> std) {
    /** Copies the lists. */
    public Statistics {
      mean = List.copyOf(mean);
      std = List.copyOf(std);
    }
  }

  /**
   * One split.
   *
   * @param samples number of images
   * @param classCounts number of images of each class
   * @param classWeightSums sum of the weights of each class's images; empty where all images count
   *     the same
   * @param shards the shards in the order of their rows
   */
  public record Split(
      long samples, List<Long> classCounts, List<Double> classWeightSums, List<Shard> shards) {
    /** Copies the lists. */
    public Split {
      classCounts = List.copyOf(classCounts);
      classWeightSums = List.copyOf(classWeightSums);
      shards = List.copyOf(shards);
    }

    /** A split whose images count the same. */
    public Split(long samples, List<Long> classCounts, List<Shard> shards) {
      this(samples, classCounts, List.of(), shards);
    }

    /** What the images of each class count together: their number, or the sum of their weights. */
    public double[] classTotals() {
      return classWeightSums.isEmpty()
          ? classCounts.stream().mapToDouble(Long::doubleValue).toArray()
          : classWeightSums.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** The mean weight of an image, 1 where all count the same. */
    public double meanWeight() {
      return classWeightSums.isEmpty() ? 1 : DoubleStream.of(classTotals()).sum() / samples;
    }
  }

  /**
   * One shard file.
   *
   * @param file name within the directory
   * @param rows number of images, at least 1
   * @param bytes length of the file
   * @param checksum {@code crc32c:} and eight hexadecimal digits over the whole file
   */
  public record Shard(String file, long rows, long bytes, String checksum) {}

  /**
   * Reads and validates a directory's manifest.
   *
   * @throws ManifestException if it is missing, too large, not JSON of this format, or contradicts
   *     itself
   */
  public static ShardManifest read(Path directory, Configuration configuration) {
    return ManifestFile.read(directory, configuration);
  }

  /** Whether shards carry the {@code weight} column. */
  public boolean weighted() {
    return splits.values().stream().anyMatch(split -> !split.classWeightSums().isEmpty());
  }

  /**
   * The split of this name.
   *
   * @throws ManifestException naming the splits there are, if this is none of them
   */
  public Split split(String name) {
    Split split = splits.get(name);
    if (split == null) {
      throw new ManifestException("No split '" + name + "' (there are: " + splits.keySet() + ")");
    }
    return split;
  }

  /**
   * Weights that make every class of a split count the same in a loss: {@code total / (classes
   * present * total of the class)}, where a total is a number of samples, or the sum of their
   * weights; and 0 for a class without. Their mean over the split's samples, by their weights, is
   * 1.
   */
  public double[] classWeights(String split) {
    double[] totals = split(split).classTotals();
    double all = DoubleStream.of(totals).sum();
    long present = DoubleStream.of(totals).filter(total -> total > 0).count();
    return DoubleStream.of(totals).map(total -> total == 0 ? 0 : all / (present * total)).toArray();
  }
}
