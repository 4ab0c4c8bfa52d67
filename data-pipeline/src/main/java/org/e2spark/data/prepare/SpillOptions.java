package org.e2spark.data.prepare;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.e2spark.data.shard.ShardLayout;
import org.e2spark.data.source.ImageShape;

/**
 * How a DataFrame becomes a {@link ShardedDataset}.
 *
 * @param shape shape of every image, whose column holds its bytes, (channels, height, width)
 * @param classNames names of the classes; empty to count them: labels then run from 0 to the
 *     largest there is
 * @param folder where the shards' own, new folder is made: a path that driver and executors all
 *     see; empty on a local master, which takes Spark's own (spark.local.dir)
 * @param validationColumn boolean column that is true for rows of the split {@value
 *     ShardedDataset#VALIDATION}; empty where all rows are of one split
 * @param weightColumn double column that says how much each row counts; empty where all count the
 *     same
 * @param maxShardBytes largest number of bytes of a shard
 */
public record SpillOptions(
    ImageShape shape,
    List<String> classNames,
    Optional<Path> folder,
    Optional<String> validationColumn,
    Optional<String> weightColumn,
    long maxShardBytes) {
  /** Checks the values; throws IllegalArgumentException naming the one out of range. */
  public SpillOptions {
    Objects.requireNonNull(shape, "shape is null");
    Objects.requireNonNull(folder, "folder is null");
    Objects.requireNonNull(validationColumn, "validationColumn is null");
    Objects.requireNonNull(weightColumn, "weightColumn is null");
    classNames = List.copyOf(classNames);
    PrepareOptions.checkShardBytes(maxShardBytes);
  }

  /** Images of a shape, everything else by default. */
  public static SpillOptions of(ImageShape shape) {
    return new SpillOptions(
        shape,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ShardLayout.MAX_SHARD_BYTES);
  }

  /** The same with names for the classes. */
  public SpillOptions withClassNames(List<String> names) {
    return new SpillOptions(shape, names, folder, validationColumn, weightColumn, maxShardBytes);
  }

  /** The same with a folder that driver and executors all see. */
  public SpillOptions withFolder(Path path) {
    return new SpillOptions(
        shape, classNames, Optional.of(path), validationColumn, weightColumn, maxShardBytes);
  }

  /** The same with a column that tells rows to validate on. */
  public SpillOptions withValidationColumn(String name) {
    return new SpillOptions(
        shape, classNames, folder, Optional.of(name), weightColumn, maxShardBytes);
  }

  /** The same with a column that tells how much each row counts. */
  public SpillOptions withWeightColumn(String name) {
    return new SpillOptions(
        shape, classNames, folder, validationColumn, Optional.of(name), maxShardBytes);
  }

  /** The same with another size of shards. */
  public SpillOptions withMaxShardBytes(long bytes) {
    return new SpillOptions(shape, classNames, folder, validationColumn, weightColumn, bytes);
  }
}
