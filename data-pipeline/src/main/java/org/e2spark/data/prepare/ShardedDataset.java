package org.e2spark.data.prepare;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.SerializableConfiguration;
import org.e2spark.data.query.StoredRows;
import org.e2spark.data.shard.ShardLayout;
import org.e2spark.data.shard.ShardManifest;
import org.e2spark.data.shard.ShardOutput;
import org.e2spark.data.shard.ShardSummary;
import org.e2spark.data.source.BadImageDataException;
import org.e2spark.data.task.TaskBoundary;
import org.e2spark.data.task.TaskWatch;
import org.e2spark.data.task.UserPath;
import org.e2spark.data.text.Text;

/**
 * A DataFrame's images as shards, for as long as they are needed; closing deletes them.
 *
 * <p>Each task writes its partition's images to shards of its own, straight from Spark's column
 * batches where the plan ends in them (a scan of Parquet and a choice of columns), and else from
 * its binary rows, as every plan with another operator gives them; neither makes objects of rows.
 * Which sample is which follows from the DataFrame's partitions, so an order is repeatable only as
 * far as they are; {@link PrepareJob} makes shards that depend on nothing but the data.
 */
public final class ShardedDataset implements AutoCloseable {
  /** The split that holds all rows, or those that are not for validation. */
  public static final String SPLIT = PrepareOptions.TRAIN;

  /** The split of the rows that a column says are for validation. */
  public static final String VALIDATION = "validation";

  private final Path directory;
  private final FileSystem fs;
  private final ShardManifest manifest;

  private ShardedDataset(Path directory, FileSystem fs, ShardManifest manifest) {
    this.directory = directory;
    this.fs = fs;
    this.manifest = manifest;
  }

  /**
   * Writes a DataFrame's images to shards.
   *
   * @param images the DataFrame
   * @param imageColumn binary column of each image's bytes, (channels, height, width)
   * @param labelColumn int, long or double column of each image's class, a whole number
   * @param options shape, classes, place
   * @throws IllegalArgumentException if a column is missing or of another type, or the executors of
   *     a cluster could not see the shards
   * @throws BadImageDataException if an image or label is null or does not fit, or there are none
   */
  public static ShardedDataset from(
      Dataset<Row> images, String imageColumn, String labelColumn, SpillOptions options) {
    requireType(images, imageColumn, List.of(DataTypes.BinaryType));
    requireType(images, labelColumn, LabelColumn.types());
    SparkSession spark = images.sparkSession();
    Configuration configuration = StoredRows.hadoopConfiguration(spark);
    Path folder = UserPath.qualify(SpillFolder.of(spark, options), configuration);
    Path directory = new Path(folder, "e2spark-" + UUID.randomUUID());
    List<Column> chosen = new ArrayList<>(List.of(col(imageColumn), col(labelColumn)));
    options.validationColumn().ifPresent(name -> chosen.add(col(name).cast("int")));
    options.weightColumn().ifPresent(name -> chosen.add(col(name)));
    options
        .validationColumn()
        .ifPresent(name -> requireType(images, name, List.of(DataTypes.BooleanType)));
    options
        .weightColumn()
        .ifPresent(name -> requireType(images, name, List.of(DataTypes.DoubleType)));
    Dataset<Row> columns = images.select(chosen.toArray(Column[]::new));
    try {
      FileSystem fs = directory.getFileSystem(configuration);
      ShardOutput output = ShardOutput.create(directory, configuration);
      fs.deleteOnExit(directory);
      TaskWatch watch = TaskWatch.begin(spark.sparkContext());
      try {
        ShardManifest manifest = write(spark, columns, directory, configuration, options);
        output.publish(manifest);
        return new ShardedDataset(directory, fs, manifest);
      } catch (Exception e) {
        watch.awaitNone();
        fs.delete(directory, true);
        throw e;
      } finally {
        watch.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot spill to " + directory + ": " + e.getMessage(), e);
    } catch (Exception e) {
      throw SparkFailures.typed("Cannot spill to " + directory, e);
    }
  }

  private static void requireType(Dataset<Row> images, String column, List<DataType> types) {
    DataType type;
    try {
      type = images.select(col(column)).schema().fields()[0].dataType();
    } catch (Exception e) { // Spark's Scala code throws AnalysisException undeclared
      throw new IllegalArgumentException(
          Text.format(
              "No column '%s' (there are: %s)", column, String.join(", ", images.columns())),
          e);
    }
    if (!types.contains(type)) {
      throw new IllegalArgumentException(
          Text.format(
              "Column '%s' is of type %s (must be one of %s)",
              column, type.simpleString(), types.stream().map(DataType::simpleString).toList()));
    }
  }

  private static ShardManifest write(
      SparkSession spark,
      Dataset<Row> columns,
      Path directory,
      Configuration configuration,
      SpillOptions options) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    ShardLayout plain = ShardLayout.forShape(options.shape());
    ShardLayout layout = options.weightColumn().isPresent() ? plain.withWeights() : plain;
    SpillTask task =
        new SpillTask(
            directory.toString(),
            context.broadcast(new SerializableConfiguration(configuration)),
            layout,
            options.classNames().size(),
            layout.rowsPerShard(options.maxShardBytes()),
            LabelColumn.of(columns.schema().fields()[1].dataType()),
            options.validationColumn().isPresent());
    List<SpillTask.Spilled> spilled =
        new ArrayList<>(TaskBoundary.collect(StoredRows.mapPartitions(columns, task)));
    spilled.sort(
        Comparator.comparing(SpillTask.Spilled::partition).thenComparing(SpillTask.Spilled::index));
    return manifest(spilled, layout, options);
  }

  private static ShardManifest manifest(
      List<SpillTask.Spilled> spilled, ShardLayout layout, SpillOptions options) {
    requireImages(spilled, SPLIT);
    if (options.validationColumn().isPresent()) {
      requireImages(spilled, VALIDATION);
    }
    List<ShardSlot> slots = new ArrayList<>();
    Map<String, ShardSummary> summaries = new HashMap<>();
    int classes = 0;
    StringBuilder content = new StringBuilder("crc32c");
    for (SpillTask.Spilled shard : spilled) {
      slots.add(new ShardSlot(shard.split(), 0, 0, 0, 0, shard.file()));
      summaries.put(shard.file(), shard.summary());
      classes = Math.max(classes, shard.summary().classCounts().length);
      content.append(shard.summary().checksum().substring(6));
    }
    List<String> names =
        options.classNames().isEmpty()
            ? IntStream.range(0, classes).mapToObj(Integer::toString).toList()
            : options.classNames();
    ShardManifest identity =
        ManifestBuilder.identity(layout, names, content.toString(), 0, Map.of());
    ShardManifest manifest = ManifestBuilder.build(identity, slots, summaries);
    double mean = manifest.split(SPLIT).meanWeight();
    if (!(mean > 0 && mean <= Double.MAX_VALUE)) {
      throw new BadImageDataException(
          "the DataFrame", "images to train on whose weights have a mean above 0", "mean " + mean);
    }
    return manifest;
  }

  private static void requireImages(List<SpillTask.Spilled> spilled, String split) {
    if (spilled.stream().noneMatch(shard -> shard.split().equals(split))) {
      throw new BadImageDataException(
          "the DataFrame", "at least one image to " + use(split), "none");
    }
  }

  private static String use(String split) {
    return split.equals(SPLIT) ? "train on" : "validate on";
  }

  /** Where the shards lie. */
  public Path directory() {
    return directory;
  }

  /** The shards' manifest. */
  public ShardManifest manifest() {
    return manifest;
  }

  /** Deletes the shards; open readers keep what they have mapped. */
  @Override
  public void close() {
    try {
      fs.delete(directory, true);
      fs.cancelDeleteOnExit(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + directory + ": " + e.getMessage(), e);
    }
  }
}
